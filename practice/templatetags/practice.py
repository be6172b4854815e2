"""Tags for pages that offer practice."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context

from practice.practice_class import open_practice_of, practice_modes

register = template.Library()


@register.inclusion_tag("practice/_start.html", takes_context=True)
def practice_start(context: Context) -> dict[str, Any]:
    """Show how to start a practice class, or the way back to the one that is open."""
    return {
        "csrf_token": context["csrf_token"],
        "open_practice": open_practice_of(context["user"]),
        "modes": practice_modes(),
        "students": settings.PRACTICE_STUDENTS,
    }
