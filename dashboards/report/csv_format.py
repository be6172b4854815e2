"""CSV that spreadsheets open well: separators and decimal marks of the country, and text that stays text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession

# Without a byte order mark, Excel does not read the file as UTF-8.
BOM = "\ufeff"
# Where a spreadsheet would begin a formula: at the start of a cell, and after anything that may separate
# cells, because a spreadsheet that splits at another separator ignores our quotes.
FORMULA_START = re.compile(r'(^|[,;\t\r\n])(?=[\s"]*[=+\-@＝＋－＠]|[\t\r\n])')
# LibreOffice splits at comma, semicolon and tab by default, but not inside quotes. The csv module would quote
# only cells with our own separator.
TO_QUOTE = re.compile(r'[,;\t\r\n"]')
LANGUAGE = re.compile(r"\s*([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?\s*(?:[,;]|$)", re.IGNORECASE)
# Languages and regions for which Unicode's CLDR has another decimal mark than Django's formats.
ALSO_DECIMAL_COMMA = {
    "af", "ast", "be", "br", "cv", "dsb", "fo", "fur", "fy", "hsb", "hy", "ia", "jv", "ka", "kab", "kk", "kl",
    "ku", "ky", "lb", "lij", "lo", "no", "oc", "os", "rm", "sc", "se", "su", "tt", "vec",
    "ar-dz", "ar-ly", "ar-ma", "ar-tn", "en-at", "en-be", "en-cz", "en-de", "en-dk", "en-ee", "en-es",
    "en-fi", "en-fr", "en-hu", "en-id", "en-it", "en-lt", "en-lv", "en-nl", "en-no", "en-pl", "en-pt",
    "en-ro", "en-se", "en-si", "en-sk", "en-ua", "en-za", "ms-id",
}  # fmt: skip
ALSO_DECIMAL_POINT = {"ar", "km", "es-cu", "es-do", "es-gt", "es-hn", "es-pa", "es-pe", "es-sv", "es-us"}
# Spreadsheets in these languages take these words for a truth value.
TRUE_AND_FALSE = {
    "true", "false", "wahr", "falsch", "vrai", "faux", "vero", "falso", "verdadero", "verdadeiro", "waar",
    "onwaar", "sand", "falsk", "sann", "usann", "sant", "falskt", "prawda", "fałsz", "pravda", "nepravda",
    "igaz", "hamis", "tosi", "epätosi", "doğru", "yanlış", "истина", "ложь",
}  # fmt: skip
# Programs that read tables take these words for a missing value or a number.
NO_VALUE = {"na", "n/a", "nan", "null", "none", "<na>", "inf", "infinity"}
# A spreadsheet takes no text with a tab for a number. Programs ignore the tab, but not a no-break space.
TEXT_MARK = "\t\u00a0"


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
    chosen = request.GET.get("separator") or request.POST.get("separator") or ""
    return FORMATS.get(chosen) or FORMATS[usual_format(request)]


def usual_format(request: HttpRequest) -> str:
    """The format that spreadsheets expect in the browser's first language; commas if none is named."""
    found = LANGUAGE.match(request.headers.get("Accept-Language", ""))
    if not found:
        return "comma"
    language, region = found[1].lower(), (found[2] or "").lower()
    # Django has a decimal comma there, spreadsheets a point.
    if region in ("ch", "li") and language != "fr":
        return "semicolon-point"
    return "semicolon" if _has_decimal_comma(language, region) else "comma"


def _has_decimal_comma(language: str, region: str) -> bool:
    tag = f"{language}-{region}"
    for name in (tag, language):
        if name in ALSO_DECIMAL_COMMA:
            return True
        if name in ALSO_DECIMAL_POINT:
            return False
    return language in LANG_INFO and get_format("DECIMAL_SEPARATOR", tag.rstrip("-"), use_l10n=True) == ","


def csv_lines(rows: Iterable[Iterable[object]], csv_format: CsvFormat) -> Iterator[str]:
    for row in rows:
        yield csv_format.separator.join(_quoted(cell, csv_format) for cell in row) + "\r\n"


def _quoted(cell: object, csv_format: CsvFormat) -> str:
    text = str(without_formulas(cell))
    if isinstance(cell, float):
        text = text.replace(".", csv_format.decimal)
    return '"{}"'.format(text.replace('"', '""')) if TO_QUOTE.search(text) else text


def without_formulas(cell: object) -> object:
    """The cell; in text, an apostrophe is put before whatever a spreadsheet would run as a formula."""
    return FORMULA_START.sub(r"\1'", cell) if isinstance(cell, str) else cell


def as_typed(text: str) -> str:
    """What people typed, marked as text where a spreadsheet would convert it: 007, 3/4, TRUE or NA.

    The mark is two invisible characters at the end, which strip() removes. At the start a tab may begin a
    formula, ="007" is a formula, and an apostrophe would be visible.
    """
    is_guarded = FORMULA_START.match(text) is not None
    return f"{text}{TEXT_MARK}" if not is_guarded and _may_be_a_value(text) else text


def _may_be_a_value(text: str) -> bool:
    """Whether a spreadsheet might convert the text to a number, date, truth value or missing value.

    In any language a number, date, time or price has digits and at most one word, such as a month.
    """
    word = text.strip().casefold()
    # Spreadsheets take #N/A for an error value.
    if word in TRUE_AND_FALSE or word in NO_VALUE or text.startswith("#"):
        return True
    digits = [unicodedata.category(sign)[0] == "N" for sign in text]
    words = re.findall(r"[^\W\d_]+", text)
    return any(digits) and (len(words) <= 1 or digits[0])


def notice(session: ClassSession) -> str:
    """What a reader of the file has to know of it, in every row."""
    return f"{session.purpose}, invented data; not for grading" if session.is_invented else "not for grading"
