from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

register = template.Library()

EXPRESSION_NAMES = {
    "neutral": _lazy("neutral"),
    "happiness": _lazy("happiness"),
    "surprise": _lazy("surprise"),
    "sadness": _lazy("sadness"),
    "anger": _lazy("anger"),
    "disgust": _lazy("disgust"),
    "fear": _lazy("fear"),
    "contempt": _lazy("contempt"),
}


@register.filter
def expression(label: str) -> str:
    return str(EXPRESSION_NAMES[label])


@register.filter
def percent(share: float) -> str:
    return _percent(share, digits=0)


@register.filter
def small_percent(share: float) -> str:
    """Of something that was there: never 0%."""
    return "<1%" if 0 < share < 0.005 else percent(share)


@register.filter
def percent_exactly(share: float) -> str:
    """With a decimal, for the model's own figures."""
    return _percent(share, digits=1)


def _percent(share: float, *, digits: int) -> str:
    # Halves go up, as in the browser; number_format alone cuts 86.99 down to 86.
    exact = Decimal(str(share)) * 100
    return f"{number_format(exact.quantize(Decimal(10) ** -digits, ROUND_HALF_UP), digits)}%"


@register.filter
def clock(duration: timedelta) -> str:
    """75 seconds -> 1:15 min, 3675 seconds -> 1:01:15 h"""
    seconds = round(duration.total_seconds())
    if seconds < 3600:
        return _("%(clock)s min") % {"clock": f"{seconds // 60}:{seconds % 60:02}"}
    return _("%(clock)s h") % {"clock": f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"}
