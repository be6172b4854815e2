"""Which names look alike on a screen, as Unicode Technical Standard 39 says it: by their skeletons.

The table of signs that look alike is Unicode's own confusables.txt, as confusable_homoglyphs carries it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data

from .invisible_characters import is_invisible, without_invisible

TATWEEL = "\u0640"  # stretches an Arabic word
DOTTED_TWICE = re.compile("([ij])\u0307")  # i with a dot above has one dot, as the small letter of İ
DIRECTION_MARK = "\u200e"  # Unicode's table puts it around signs that are written from right to left


@lru_cache(maxsize=10_000)  # the live page asks again for everybody when somebody comes
def skeletons(name: str) -> frozenset[tuple[str, str]]:
    """Two names look alike when they share one: as written, or in small letters of either alphabet."""
    text = without_edges(name).replace(TATWEEL, "")
    return frozenset(_kinds(text)) | frozenset(_kinds(unicodedata.normalize("NFKC", text)))


def _kinds(text: str) -> Iterator[tuple[str, str]]:
    """Compatibility forms are looked at as well as what they stand for: ´ would become a space, ϲ a sigma."""
    signs = _decomposed(text)
    latin = "".join(map(_small, signs)).casefold()
    for kind, one in {"written": signs, "small": signs.casefold(), "small Latin": latin}.items():
        yield kind, _skeleton(DOTTED_TWICE.sub(r"\1", _decomposed(one)))


def without_edges(name: str) -> str:
    """Without what nobody sees, and without the full stops and spaces at the ends that nobody notices."""
    text = "".join(sign for sign in without_invisible(name) if not is_invisible(sign))
    first, last = 0, len(text)
    while first < last and _is_edge(text[first]):
        first += 1
    while first < last and _is_edge(text[last - 1]):
        last -= 1
    return " ".join(text[first:last].split()) or text


def _is_edge(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PZ"


def _skeleton(signs: str) -> str:
    return _decomposed("".join(_prototypes().get(sign, sign) for sign in signs))


def _small(sign: str) -> str:
    """Of a capital that looks like another capital, that one: Cyrillic В is a B, and its small letter no b.

    A capital I looks like a small l; here it stays an i, or Ian and Lan would look alike.
    """
    alike = _prototypes().get(sign, sign)
    if not sign.isupper() or alike.isupper():
        return alike
    return sign.casefold()


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@cache
def _prototypes() -> dict[str, str]:
    """From each sign to the one that stands for all that look like it.

    The package lists both directions: a prototype has all of its signs, each of those the prototype alone.
    """
    alike = {
        _unmarked(sign): [_unmarked(one["c"]) for one in found] for sign, found in confusables_data.items()
    }
    return {
        sign: _prototype(sign, alike) for sign, others in alike.items() if len(others) == 1 and len(sign) == 1
    }


def _prototype(sign: str, alike: dict[str, list[str]]) -> str:
    (other,) = alike[sign]
    if len(alike.get(other, [])) > 1:
        return other
    return min(sign, other, key=lambda one: (-len(one), one))  # a pair: either will do, the same for both


def _unmarked(sign: str) -> str:
    return sign.replace(DIRECTION_MARK, "")
