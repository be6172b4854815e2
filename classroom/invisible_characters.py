"""Marks that nobody sees, and which of them a text still needs."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

# Unicode's Default_Ignorable_Code_Point: what is drawn as nothing.
IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
# Signs that are drawn as nothing although Unicode calls them letters, marks or symbols.
BLANK_SIGNS = "\ufffc\U00013441\U00013442\U00016fe4\U0001d159"
BLANKS_OF_A_WIDTH = "\u2800\u3164\uffa0"  # an empty Braille cell and Hangul fillers stand where a space would
# Controls, surrogates, private use. Unassigned ones stay: they may be an emoji younger than this Python.
DROPPED = {"Cc", "Cf", "Cs", "Co"}
DRAWN_FORMATS = re.compile("[\u0600-\u0605\u06dd\u0890\u0891\u08e2\U000110bd\U000110cd]")  # Arabic and Kaithi

ZWNJ, ZWJ, VIRAMA = "\u200c", "\u200d", 9
TEXT_STYLE, EMOJI_STYLE, KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
# England, Scotland, Wales: a black flag, the letters of the region as tags, and a tag that ends them.
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f")
JOINING_SCRIPTS = {"ARABIC", "SYRIAC", "MANDAIC", "MONGOLIAN", "NKO", "ADLAM"}
PICTURES = {"So", "Sm", "Cn"}  # ↔ of "shaking head" is Sm; young emoji are unassigned for an older Python
SKIN_TONES = range(0x1F3FB, 0x1F400)


def without_invisible(text: str) -> str:
    """Without what is drawn as nothing, but with the joiners and selectors that scripts and emoji need."""
    text = "".join(" " if sign in BLANKS_OF_A_WIDTH or sign.isspace() else sign for sign in text)
    return "".join(_flag_or_visible(text))


def _flag_or_visible(text: str) -> Iterator[str]:
    end = 0
    for flag in FLAG.finditer(text):
        yield from _visible(text[end : flag.start()])
        yield flag.group()
        end = flag.end()
    yield from _visible(text[end:])


def _visible(text: str) -> Iterator[str]:
    """Joiners and selectors are looked at between what stays of the rest."""
    signs = [sign for sign in text if may_be_needed(sign) or not is_invisible(sign)]
    before = ""
    for sign, after in pairwise([*signs, ""]):
        if not may_be_needed(sign) or _is_needed(before, sign, after):
            yield sign
            before = sign


def is_invisible(sign: str) -> bool:
    number = ord(sign)
    if number < 0x7F:
        return number < 0x20
    is_ignorable = any(first <= number <= last for first, last in IGNORABLE)
    is_dropped = unicodedata.category(sign) in DROPPED and not DRAWN_FORMATS.match(sign)
    is_no_character = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    return is_ignorable or is_dropped or is_no_character or sign in BLANK_SIGNS


def may_be_needed(sign: str) -> bool:
    """Joiners, and selectors of one drawing among several: it depends on what stands beside them."""
    return sign in (ZWNJ, ZWJ, TEXT_STYLE, EMOJI_STYLE) or _is_mongolian(sign) or _is_ideographic(sign)


def _is_mongolian(sign: str) -> bool:
    return "\u180b" <= sign <= "\u180f"


def _is_ideographic(sign: str) -> bool:
    """The selectors that choose between two drawings of one Han sign, as Japanese names need them."""
    return "\U000e0100" <= sign <= "\U000e01ef"


def _is_needed(before: str, sign: str, after: str) -> bool:
    if not before:
        return False
    if sign in (ZWNJ, ZWJ):
        return _joins(before, after) or (sign == ZWJ and _is_emoji_joint(before, after))
    if sign in (TEXT_STYLE, EMOJI_STYLE):
        return unicodedata.category(before) in PICTURES or before in "‼⁉ℹ〰〽" or after == KEYCAP
    return _script(before) == ("MONGOLIAN" if _is_mongolian(sign) else "CJK")


def _joins(before: str, after: str) -> bool:
    """Between letters that would join without it, or at the sign that kills an Indic vowel."""
    if unicodedata.combining(before) == VIRAMA or (after and unicodedata.combining(after) == VIRAMA):
        return True
    return _script(before) in JOINING_SCRIPTS and _script(after) in JOINING_SCRIPTS


def _is_emoji_joint(before: str, after: str) -> bool:
    is_picture = (
        unicodedata.category(before) in PICTURES or before == EMOJI_STYLE or ord(before) in SKIN_TONES
    )
    return is_picture and after != "" and unicodedata.category(after) in PICTURES


def _script(sign: str) -> str:
    """The first word of its Unicode name."""
    return unicodedata.name(sign, "").partition(" ")[0].partition("-")[0] if sign else ""
