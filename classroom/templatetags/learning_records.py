"""{% learning_records %}: what students are told where a learning record store gets statements about them."""

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def learning_records() -> str:
    """Return nothing where no store is named."""
    if not settings.XAPI_LRS_URL:
        return ""
    return _(
        "Also sent to your school's learning record store, without your name: when you are here, and your "
        "answers except anonymous ones. Expressions are never sent."
    )
