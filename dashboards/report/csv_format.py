"""CSV that an office opens well: separators and decimal marks of its country, and text that stays text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

# Without it Excel reads UTF-8 as something else.
BOM = "\ufeff"
# Where a spreadsheet would begin a formula: at the start, and behind whatever may separate, because one that
# splits at another separator than ours takes no notice of our quotes.
FORMULA_START = re.compile(r'(^|[,;\t\r\n])(?=[\s"]*[=+\-@＝＋－＠]|[\t\r\n])')
# LibreOffice's import splits at comma, semicolon and tab unless it is told otherwise, but not in quotes. The
# csv module would quote only what holds the one separator.
TO_QUOTE = re.compile(r'[,;\t\r\n"]')
LANGUAGE = re.compile(r"\s*([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?\s*(?:[,;]|$)", re.IGNORECASE)
# Where Unicode's CLDR has another decimal mark than Django's formats.
COMMA_TOO = {
    "af", "ast", "be", "br", "cv", "dsb", "fo", "fur", "fy", "hsb", "hy", "ia", "jv", "ka", "kab", "kk", "kl",
    "ku", "ky", "lb", "lij", "lo", "no", "oc", "os", "rm", "sc", "se", "su", "tt", "vec",
    "ar-dz", "ar-ly", "ar-ma", "ar-tn", "en-at", "en-be", "en-cz", "en-de", "en-dk", "en-ee", "en-es",
    "en-fi", "en-fr", "en-hu", "en-id", "en-it", "en-lt", "en-lv", "en-nl", "en-no", "en-pl", "en-pt",
    "en-ro", "en-se", "en-si", "en-sk", "en-ua", "en-za", "ms-id",
}  # fmt: skip
POINT_TOO = {"ar", "km", "es-cu", "es-do", "es-gt", "es-hn", "es-pa", "es-pe", "es-sv", "es-us"}
# The words for true and false in the languages of offices.
TRUTHS = {
    "true", "false", "wahr", "falsch", "vrai", "faux", "vero", "falso", "verdadero", "verdadeiro", "waar",
    "onwaar", "sand", "falsk", "sann", "usann", "sant", "falskt", "prawda", "fałsz", "pravda", "nepravda",
    "igaz", "hamis", "tosi", "epätosi", "doğru", "yanlış", "истина", "ложь",
}  # fmt: skip
# What programs that read tables take for no value, or for a number without digits.
NOTHINGS = {"na", "n/a", "nan", "null", "none", "<na>", "inf", "infinity"}
# A spreadsheet takes no number with a tab in it. Programs pass over it, but not over a no-break space.
IS_TEXT = "\t\u00a0"


class CsvFormat(NamedTuple):
    separator: str
    decimal: str


FORMATS = {
    "comma": CsvFormat(",", "."),
    "semicolon": CsvFormat(";", ","),
    "semicolon-point": CsvFormat(";", "."),
}
CHOICES = [
    ("comma", _("with commas, 0.5")),
    ("semicolon", _("with semicolons, 0,5")),
    ("semicolon-point", _("with semicolons, 0.5")),
]


def chosen_format(request: HttpRequest) -> CsvFormat:
    asked_for = request.GET.get("separator") or request.POST.get("separator") or ""
    return FORMATS.get(asked_for) or FORMATS[usual_format(request)]


def usual_format(request: HttpRequest) -> str:
    """The format for an office of the browser's first language. Programs name no language and get commas."""
    found = LANGUAGE.match(request.headers.get("Accept-Language", ""))
    if not found:
        return "comma"
    language, region = found[1].lower(), (found[2] or "").lower()
    # Django has a decimal comma there, offices a point.
    if region in ("ch", "li") and language != "fr":
        return "semicolon-point"
    return "semicolon" if _has_decimal_comma(language, region) else "comma"


def _has_decimal_comma(language: str, region: str) -> bool:
    tag = f"{language}-{region}"
    for name in (tag, language):
        if name in COMMA_TOO:
            return True
        if name in POINT_TOO:
            return False
    return language in LANG_INFO and get_format("DECIMAL_SEPARATOR", tag.rstrip("-"), use_l10n=True) == ","


def csv_lines(rows: Iterable[Iterable[object]], csv_format: CsvFormat) -> Iterator[str]:
    for row in rows:
        yield csv_format.separator.join(_written(cell, csv_format) for cell in row) + "\r\n"


def _written(cell: object, csv_format: CsvFormat) -> str:
    text = str(harmless(cell))
    if isinstance(cell, float):
        text = text.replace(".", csv_format.decimal)
    return '"{}"'.format(text.replace('"', '""')) if TO_QUOTE.search(text) else text


def harmless(cell: object) -> object:
    """The cell, if it is text with an apostrophe before what a spreadsheet would run as a formula."""
    return FORMULA_START.sub(r"\1'", cell) if isinstance(cell, str) else cell


def as_typed(text: str) -> str:
    """What people typed, marked as text: 007, 3/4, TRUE or NA gets two signs behind it and stays as it is.

    They are drawn as nothing and gone with strip(). In front a tab would be one of those to guard against,
    ="007" would be a formula, and an apostrophe would be seen.
    """
    is_guarded = FORMULA_START.match(text) is not None
    return f"{text}{IS_TEXT}" if not is_guarded and _may_be_a_value(text) else text


def _may_be_a_value(text: str) -> bool:
    """A number, date, time, price or truth in any language: digits with at most one word, such as a month;
    or a word for no value."""
    word = text.strip().casefold()
    # #N/A is an error to a spreadsheet.
    if word in TRUTHS or word in NOTHINGS or text.startswith("#"):
        return True
    digits = [unicodedata.category(sign)[0] == "N" for sign in text]
    words = re.findall(r"[^\W\d_]+", text)
    return any(digits) and (len(words) <= 1 or digits[0])
