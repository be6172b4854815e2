"""Moments on a page: in TIME_ZONE as sent, on the viewer's own clock once static/js/lib/times.js has run."""

from datetime import datetime

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


@register.filter
def time_as(moment: datetime, shape: str) -> SafeString:
    words = ", ".join(date_format(localtime(moment), part) for part in SHAPES[shape])
    return format_html('<time datetime="{}" data-time="{}">{}</time>', moment.isoformat(), shape, words)
