"""What may stand on somebody else's screen: names, titles, labels.

Marks that nobody sees are dropped without a word: they come with pasted text, and nobody could find them to
delete them. What would look blank is refused.
"""

import re
import unicodedata
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .invisible_characters import may_be_needed, without_invisible

THAI_OR_LAO = re.compile(
    "[\u0e00-\u0eff]"
)  # their vowels and signs have class 0 and are stacked all the same


def clean_name(text: str) -> str:
    """Composed, with single spaces; ValidationError where nothing could be read."""
    name = _tidy(text)
    if not _shows(name, "LNSP"):
        raise ValidationError(_("This name would look blank. Please type one that others can read."))
    if not _shows(name, "LNS"):
        raise ValidationError(_("A name needs a letter or a digit."))
    return name


def clean_line(text: str) -> str:
    """The same for a title, a label or a reference, which may also be a bare “?”."""
    line = _tidy(text)
    if not _shows(line, "LNSP"):
        raise ValidationError(_("This would look blank. Please type words that others can read."))
    return line


def readable(stored: str) -> str:
    """What was accepted under other rules, as it may stand beside other people's names."""
    tidied = _tidy(stored)
    return tidied if _shows(tidied, "LNSP") else _("(blank name)")


def isolated(text: str) -> str:
    """For a sentence without markup: a name written from right to left does not turn the words after it."""
    turns = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if turns else text


def collation_key(name: str) -> list[tuple[int, str]]:
    """To sort by, as the browser sorts the live page: Émile after Dana, Student 2 before Student 10."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    parts = re.split(r"(\d+)", bare)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _tidy(text: str) -> str:
    signs = _with_few_marks(unicodedata.normalize("NFD", without_invisible(text)))
    return " ".join(unicodedata.normalize("NFC", "".join(signs)).split())


def _shows(text: str, categories: str) -> bool:
    return any(unicodedata.category(sign)[0] in categories or _is_young(sign) for sign in text)


def _is_young(sign: str) -> bool:
    return unicodedata.category(sign) == "Cn"


def _with_few_marks(text: str) -> Iterator[str]:
    """Of a decomposed text: as many marks on a letter as languages write, and no tower over the rows above.

    Marks of one combining class, such as all that stand centred above, are stacked. A mark without a letter
    would sit on what stands before the name.
    """
    base, taken = "", list[str]()
    for sign in text:
        if may_be_needed(sign):
            yield sign
        elif unicodedata.category(sign) not in ("Mn", "Me"):
            base, taken = sign, []
            yield sign
        elif base.strip() and _is_room(sign, taken):
            taken.append(sign)
            yield sign


def _is_room(mark: str, taken: list[str]) -> bool:
    if len(taken) >= settings.MARKS_PER_LETTER:
        return False
    place = unicodedata.combining(mark)
    if place == 0 and unicodedata.category(mark) == "Mn" and not THAI_OR_LAO.match(mark):
        return (
            mark not in taken
        )  # anywhere: Tibetan, Burmese and Indic scripts write syllables with such marks
    return [unicodedata.combining(other) for other in taken].count(place) < settings.MARKS_IN_ONE_PLACE
