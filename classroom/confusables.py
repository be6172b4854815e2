"""Which names look alike on a screen: the skeletons of Unicode Technical Standard 39.

The table of confusable characters is Unicode's own confusables.txt, in the package confusable_homoglyphs.
That package compares scripts and characters, not whole names, so the skeletons are made here.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data

from .invisible_characters import is_invisible, without_invisible

# Lengthens an Arabic word and changes nothing else.
TATWEEL = "\u0640"
# A combining dot on i or j cannot be seen. İ in lower case has one.
DOT_ON_DOT = re.compile("([ij])\u0307")
# Unicode's table puts it around characters that are written from right to left.
DIRECTION_MARK = "\u200e"


# Cached: the live page compares the whole class whenever somebody joins.
@lru_cache(maxsize=10_000)
def skeletons(name: str) -> frozenset[tuple[str, str]]:
    """Return pairs of (form, skeleton). Two names look alike if they have one in common."""
    text = without_edges(name).replace(TATWEEL, "")
    # Characters are looked up as they are, too: in compatibility form ´ is a space and ϲ a sigma.
    return frozenset(_forms(text)) | frozenset(_forms(unicodedata.normalize("NFKC", text)))


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the skeletons of a text as written, in lower case, and in lower case of its Latin look-alikes."""
    chars = _decomposed(text)
    latin = "".join(map(_lower_look_alike, chars)).casefold()
    for form, variant in (("written", chars), ("lower", chars.casefold()), ("lower Latin", latin)):
        undotted = DOT_ON_DOT.sub(r"\1", _decomposed(variant))
        prototypes = _prototypes()
        yield form, _decomposed("".join(prototypes.get(char, char) for char in undotted))


def without_edges(name: str) -> str:
    """Return a name without invisible characters, and without punctuation and spaces at its ends."""
    text = "".join(char for char in without_invisible(name) if not is_invisible(char))
    inner = [index for index, char in enumerate(text) if unicodedata.category(char)[0] not in "PZ"]
    core = text[inner[0] : inner[-1] + 1] if inner else ""
    return " ".join(core.split()) or text


def _lower_look_alike(char: str) -> str:
    """Return the look-alike of a character in lower case.

    Cyrillic В becomes b, as it looks like B; its own lower case does not look like b. A capital I, which
    looks like a lower-case l, becomes i: otherwise Ian and Lan would look alike.
    """
    alike = _prototypes().get(char, char)
    if not char.isupper() or alike.isupper():
        return alike
    return char.casefold()


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@cache
def _prototypes() -> dict[str, str]:
    """Map each character to its prototype, which stands for all that look like it.

    The package lists both directions: a prototype has all its look-alikes, and each of those the prototype.
    """
    alike = {
        char.replace(DIRECTION_MARK, ""): [one["c"].replace(DIRECTION_MARK, "") for one in found]
        for char, found in confusables_data.items()
    }
    return {
        char: _prototype(char, alike) for char, others in alike.items() if len(others) == 1 and len(char) == 1
    }


def _prototype(char: str, alike: dict[str, list[str]]) -> str:
    (other,) = alike[char]
    if len(alike.get(other, [])) > 1:
        return other
    # A pair, of which neither is a prototype: the choice must be the same for both.
    return min(char, other, key=lambda one: (-len(one), one))
