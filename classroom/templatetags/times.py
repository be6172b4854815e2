"""Moments on a page: sent in TIME_ZONE, then shown on the viewer's clock (static/js/lib/local-times.js)."""

from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

register = template.Library()

SHAPES = {
    "date": ("DATE_FORMAT",),
    "minute": ("H:i",),
    "second": ("H:i:s",),
    "moment": ("DATE_FORMAT", "H:i"),
}


HALF_A_DAY = timedelta(hours=12)


@register.filter
def time_as(moment: datetime, shape: str) -> SafeString:
    words = ", ".join(date_format(localtime(moment), part) for part in SHAPES[shape])
    if shape != "date" and is_near_change(moment):
        words = f"{words} {zone_at(moment)}"
    return format_html('<time datetime="{}" data-time="{}">{}</time>', moment.isoformat(), shape, words)


def is_near_change(moment: datetime) -> bool:
    """Within half a day of a change of the clock: a lesson over it names its zone from beginning to end."""
    return localtime(moment - HALF_A_DAY).utcoffset() != localtime(moment + HALF_A_DAY).utcoffset()


def zone_at(moment: datetime) -> str:
    """EDT, or UTC+10:30 where the zone has no letters."""
    local = localtime(moment)
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"
