"""From an export to the bytes of its file, in the language of the page on which it was asked for."""

from datetime import datetime

from config.locales import written_for

from .formats import FORMATS, Order
from .models import Export


def render(export: Export, now: datetime) -> bytes:
    order = Order(export.subject, export.options, now, export.report_progress)
    with written_for(export.options.get("language", "en"), export.options.get("region", "")):
        return FORMATS[Export.Format(export.format)].render(order)
