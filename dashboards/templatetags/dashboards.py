"""Template filters for expressions and shares."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext_lazy as _

from config import locales

register = template.Library()

EXPRESSION_NAMES = {
    "neutral": _("neutral"),
    "happiness": _("happiness"),
    "surprise": _("surprise"),
    "sadness": _("sadness"),
    "anger": _("anger"),
    "disgust": _("disgust"),
    "fear": _("fear"),
    "contempt": _("contempt"),
}


@register.filter
def expression(label: str) -> str:
    return str(EXPRESSION_NAMES[label])


@register.filter
def percent(share: float) -> str:
    return locales.percent_text(share)


@register.filter
def small_percent(share: float) -> str:
    """Write a share of something that was there: never 0%."""
    # The mark keeps the sign before the number, also from right to left.
    return f"\u200e<{percent(0.01)}" if 0 < share < 0.005 else percent(share)


@register.filter
def percent_exactly(share: float) -> str:
    """Write a share in percent with a decimal, for the model's own figures."""
    return locales.percent_text(share, digits=1)


register.filter("one_decimal", locales.one_decimal_text)


@register.filter
def duration(length: timedelta) -> str:
    """75 seconds -> 1 min 15 s, 3675 seconds -> 1 h 1 min"""
    return locales.duration_text(length)
