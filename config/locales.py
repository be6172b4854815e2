"""The viewer's locale: the page's language with a region, and dates and numbers as they are written there.

The texts of a page have one of LANGUAGES. A British and an American browser get the same English and
different dates, so the region comes from Accept-Language. Scripts write in the same locale
(static/js/lib/format.js) with the same data: Babel and the browser's Intl both have Unicode's CLDR.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, dates, numbers
from babel.localedata import exists
from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.timezone import localtime
from django.utils.translation import get_language, get_language_from_request, override
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

_region: ContextVar[str] = ContextVar("region", default="")
set_region = _region.set


class ViewerLocaleMiddleware(LocaleMiddleware):
    """Django's choice of the language, and the region of the viewer's browser."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        set_region(region_of(request.headers.get("Accept-Language", ""), get_language()))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        set_region("")
        return super().process_response(request, response)


def language_of_socket(scope: Mapping[str, Any]) -> str:
    """Return the language of the page that opened a socket: its handshake has the same cookie and header."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
    return get_language_from_request(request)


def region_of(accept_language: str, language: str | None) -> str:
    """Return the region of the first entry of this language that has one, or else of the first entry."""
    tags = [tag.split("-") for tag, _quality in parse_accept_lang_header(accept_language)]
    tags.sort(key=lambda parts: parts[0] != language)
    return next((parts[-1].upper() for parts in tags if len(parts) > 1 and len(parts[-1]) == 2), "")


@contextmanager
def written_for(language: str, region: str) -> Iterator[None]:
    """Write as on the pages of a viewer with this language and region."""
    before = _region.get()
    with override(language):
        set_region(region)
        try:
            yield
        finally:
            set_region(before)


def viewer_locale() -> Locale:
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return _locale(language, _region.get())


# A report of a large class asks for it ten thousand times. The header that regions come from is anybody's.
@lru_cache(maxsize=100)
def _locale(language: str, region: str) -> Locale:
    tag = f"{language}_{region}"
    return Locale.parse(tag if exists(tag) else language)


def intl_tag() -> str:
    """Return the viewer's locale for the browser's Intl, such as en-GB.

    Arabic is written with the digits of class codes and exports, also where a country has others.
    """
    tag = str(viewer_locale()).replace("_", "-")
    return f"{tag}-u-nu-latn" if tag.startswith("ar") else tag


def plural_examples() -> dict[str, int]:
    """Return a number of each plural category of the page's language, for sentences that scripts fill in.

    {"other": 0, "one": 1} in English; Arabic has six.
    """
    category = viewer_locale().plural_form
    return {category(n): n for n in (100, 11, 3, 2, 1, 0)}


def day_text(day: date) -> str:
    return dates.format_skeleton("yMMMd", day, locale=viewer_locale())


def date_text(moment: datetime) -> str:
    return day_text(localtime(moment))


def short_date_text(moment: datetime) -> str:
    """Return 24 Nov: where many dates stand beside each other."""
    return dates.format_skeleton("MMMd", localtime(moment), locale=viewer_locale())


def minute_text(moment: datetime) -> str:
    return dates.format_time(localtime(moment), "short", locale=viewer_locale())


def second_text(moment: datetime) -> str:
    return dates.format_time(localtime(moment), "medium", locale=viewer_locale())


def moment_text(moment: datetime) -> str:
    return _joined(date_text(moment), minute_text(moment))


def title_text(moment: datetime) -> str:
    """Return the suggested title of a lesson: Tuesday, 24 November, 10:05."""
    weekday = dates.format_date(localtime(moment), "EEEE", locale=viewer_locale())
    day = dates.format_skeleton("MMMMd", localtime(moment), locale=viewer_locale())
    return _joined(_joined(weekday, day), minute_text(moment))


def _joined(day: str, time: str) -> str:
    pattern = dates.get_datetime_format("medium", locale=viewer_locale())
    return str(pattern).replace("{1}", day).replace("{0}", time)


def percent_text(share: float, *, digits: int = 0) -> str:
    """Return 62%, or 62 % in German."""
    return _percent(share, digits, viewer_locale())


# A report of a large class writes the same hundred of them thousands of times.
@lru_cache(maxsize=1000)
def _percent(share: float, digits: int, locale: Locale) -> str:
    # Halves go up, as in the browser; 86.99 stays 86.99 % with two digits.
    exact = Decimal(str(share)).quantize(Decimal(10) ** (-digits - 2), ROUND_HALF_UP)
    pattern = locale.percent_formats[None].pattern
    if digits:
        pattern = pattern.replace("0", f"0.{'0' * digits}")
    return numbers.format_percent(exact, pattern, locale=locale)


def one_decimal_text(number: float) -> str:
    return numbers.format_decimal(number, "0.0", locale=viewer_locale())


def duration_text(duration: timedelta) -> str:
    """Return 2 min 17 s, or 1 h 5 min: from an hour on, nobody counts seconds."""
    seconds = round(duration.total_seconds())
    if seconds >= 3600:
        hours, minutes, seconds = *divmod(round(seconds / 60), 60), 0
    else:
        hours, (minutes, seconds) = 0, divmod(seconds, 60)
    parts = [
        hours and _("%(n)s h") % {"n": hours},
        minutes and _("%(n)s min") % {"n": minutes},
        seconds and _("%(n)s s") % {"n": seconds},
    ]
    return " ".join(part for part in parts if part) or _("%(n)s s") % {"n": 0}
