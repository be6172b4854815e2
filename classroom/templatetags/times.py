"""Moments on a page: sent in TIME_ZONE, then shown on the viewer's clock (static/js/lib/local-times.js)."""

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from config import locales

register = template.Library()
register.simple_tag(locales.intl_tag)
register.simple_tag(locales.plural_examples)
register.filter("day", locales.day_text)
# Where no <time> element can stand: in a drawing.
register.filter("minute", locales.minute_text)
register.filter("plain_date", locales.date_text)
register.filter("short_date", locales.short_date_text)

SHAPES = {
    "date": locales.date_text,
    "minute": locales.minute_text,
    "second": locales.second_text,
    "moment": locales.moment_text,
}
HALF_A_DAY = timedelta(hours=12)


@register.filter
def time_as(moment: datetime, shape: str) -> SafeString:
    """Return a <time> element in the server's time zone, which the page rewrites to the viewer's."""
    text = SHAPES[shape](moment)
    before, after = localtime(moment - HALF_A_DAY), localtime(moment + HALF_A_DAY)
    # Near a change of the clock every time names its zone, so that a whole lesson does.
    if shape != "date" and before.utcoffset() != after.utcoffset():
        text = f"{text} {zone_at(moment)}"
    return format_html('<time datetime="{}" data-time="{}">{}</time>', moment.isoformat(), shape, text)


def zone_at(moment: datetime) -> str:
    """Return the zone's abbreviation, such as EDT, or its offset, such as UTC+10:30, if it has none."""
    local = localtime(moment)
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"
