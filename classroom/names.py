"""Cleaning of text that other people read: names, titles and labels.

Invisible characters are dropped silently: they come with pasted text, and nobody could find them to delete
them. Text that would look blank is refused.
"""

import re
import unicodedata
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from .invisible_characters import may_be_needed, without_invisible

# Their vowels and tone marks have combining class 0 and are stacked all the same.
THAI_OR_LAO = re.compile("[\u0e00-\u0eff]")

# First letters of Unicode's general categories: letters, numbers, symbols, punctuation.
WORD_CATEGORIES = "LNS"
VISIBLE_CATEGORIES = "LNSP"


def clean_name(text: str) -> str:
    """Return a name, composed and with single spaces. Raise ValidationError if nobody could read it."""
    name = _tidy(text)
    if not _contains(name, VISIBLE_CATEGORIES):
        raise ValidationError(_("This name would look blank. Please type one that others can read."))
    if not _contains(name, WORD_CATEGORIES):
        raise ValidationError(_("A name needs a letter or a digit."))
    return name


def clean_line(text: str) -> str:
    """Return a cleaned title, label or reference. Unlike a name it may be punctuation only, such as “?”."""
    line = _tidy(text)
    if not _contains(line, VISIBLE_CATEGORIES):
        raise ValidationError(_("This would look blank. Please type words that others can read."))
    return line


def readable(stored: str) -> str:
    """Return a stored name as today's rules would have it: earlier versions accepted others."""
    tidied = _tidy(stored)
    return tidied if _contains(tidied, VISIBLE_CATEGORIES) else _("(blank name)")


def isolated(text: str) -> str:
    """Return text for a sentence without markup.

    A name that is written in the other direction would otherwise reorder the words around it.
    """
    is_right_to_left = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"\u2068{text}\u2069" if is_right_to_left or get_language_bidi() else text


def collation_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key as the browser sorts: Émile after Dana, Student 2 before Student 10."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    base = "".join(char for char in letters if not unicodedata.combining(char))
    parts = re.split(r"(\d+)", base)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _tidy(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", without_invisible(text))
    composed = unicodedata.normalize("NFC", "".join(_with_few_marks(decomposed)))
    return " ".join(composed.split())


def _contains(text: str, categories: str) -> bool:
    """Whether a character is of these categories, or unassigned: that may be a new emoji."""
    found = (unicodedata.category(char) for char in text)
    return any(category[0] in categories or category == "Cn" for category in found)


def _with_few_marks(decomposed: str) -> Iterator[str]:
    """Yield the characters with as many combining marks on a letter as languages use.

    More of them would cover the lines above. A mark without a letter would sit on the text before the name.
    """
    base, marks = "", list[str]()
    for char in decomposed:
        if may_be_needed(char):
            yield char
        elif unicodedata.category(char) not in ("Mn", "Me"):
            base, marks = char, []
            yield char
        elif base.strip() and _has_room(char, marks):
            marks.append(char)
            yield char


def _has_room(mark: str, marks: list[str]) -> bool:
    """Whether a letter with these marks can take another one."""
    if len(marks) >= settings.MARKS_PER_LETTER:
        return False
    place = unicodedata.combining(mark)
    if place == 0 and unicodedata.category(mark) == "Mn" and not THAI_OR_LAO.match(mark):
        # Such marks stand anywhere: Tibetan, Burmese and Indic scripts write syllables with them.
        return mark not in marks
    return [unicodedata.combining(other) for other in marks].count(place) < settings.MARKS_IN_ONE_PLACE
