"""Characters that are drawn as nothing, and which of them a text still needs."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

# Unicode's Default_Ignorable_Code_Point.
IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
# Drawn as nothing, although Unicode calls them letters, marks or symbols.
BLANKS = "\ufffc\U00013441\U00013442\U00016fe4\U0001d159"
# An empty Braille cell and Hangul fillers are as wide as a character and replaced by a space.
WIDE_BLANKS = "\u2800\u3164\uffa0"
# Controls, formats, surrogates and private use. Unassigned characters stay: they may be emoji that are
# younger than this Python.
DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co"}
# Format characters of Arabic and Kaithi that are drawn.
DRAWN_FORMATS = re.compile("[\u0600-\u0605\u06dd\u0890\u0891\u08e2\U000110bd\U000110cd]")

ZWNJ, ZWJ = "\u200c", "\u200d"
# The combining class of signs that remove an Indic letter's vowel.
VIRAMA = 9
TEXT_STYLE, EMOJI_STYLE, KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
# England, Scotland, Wales: a black flag, the letters of the region as tags, and a tag that ends them.
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f")
JOINING_SCRIPTS = {"ARABIC", "SYRIAC", "MANDAIC", "MONGOLIAN", "NKO", "ADLAM"}
# Categories of emoji. The ↔ of "shaking head" is Sm, and young emoji are unassigned in an older Python.
PICTURES = {"So", "Sm", "Cn"}
SKIN_TONES = range(0x1F3FB, 0x1F400)


def without_invisible(text: str) -> str:
    """Return text without invisible characters, except joiners and selectors that scripts and emoji need."""
    spaced = "".join(" " if char in WIDE_BLANKS or char.isspace() else char for char in text)
    return "".join(_visible_and_flags(spaced))


def _visible_and_flags(text: str) -> Iterator[str]:
    end = 0
    for flag in FLAG.finditer(text):
        yield from _visible(text[end : flag.start()])
        yield flag.group()
        end = flag.end()
    yield from _visible(text[end:])


def _visible(text: str) -> Iterator[str]:
    """Yield visible characters, and joiners and selectors that are needed between those that remain."""
    chars = [char for char in text if may_be_needed(char) or not is_invisible(char)]
    before = ""
    for char, after in pairwise([*chars, ""]):
        if not may_be_needed(char) or _is_needed(before, char, after):
            yield char
            before = char


def is_invisible(char: str) -> bool:
    """Whether a character is drawn as nothing, including joiners and selectors."""
    number = ord(char)
    if number < 0x7F:
        return number < 0x20
    is_ignorable = any(first <= number <= last for first, last in IGNORABLE)
    is_dropped = unicodedata.category(char) in DROPPED_CATEGORIES and not DRAWN_FORMATS.match(char)
    is_noncharacter = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    return is_ignorable or is_dropped or is_noncharacter or char in BLANKS


def may_be_needed(char: str) -> bool:
    """Whether a character is a joiner or a selector, which some neighbours need."""
    # The last range selects a form of a Han character, as Japanese names need it.
    return (
        char in (ZWNJ, ZWJ, TEXT_STYLE, EMOJI_STYLE)
        or _is_mongolian(char)
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _is_mongolian(char: str) -> bool:
    """Whether a character selects a form of a Mongolian letter."""
    return "\u180b" <= char <= "\u180f"


def _is_needed(before: str, char: str, after: str) -> bool:
    """Whether a joiner or selector has an effect between these characters."""
    if not before:
        return False
    if char in (ZWNJ, ZWJ):
        return _joins_letters(before, after) or (char == ZWJ and _joins_emoji(before, after))
    if char in (TEXT_STYLE, EMOJI_STYLE):
        return unicodedata.category(before) in PICTURES or before in "‼⁉ℹ〰〽" or after == KEYCAP
    return _script(before) == ("MONGOLIAN" if _is_mongolian(char) else "CJK")


def _joins_letters(before: str, after: str) -> bool:
    """Whether a joiner changes how these letters connect, or follows or precedes a virama."""
    if unicodedata.combining(before) == VIRAMA or (after and unicodedata.combining(after) == VIRAMA):
        return True
    return _script(before) in JOINING_SCRIPTS and _script(after) in JOINING_SCRIPTS


def _joins_emoji(before: str, after: str) -> bool:
    is_picture = (
        unicodedata.category(before) in PICTURES or before == EMOJI_STYLE or ord(before) in SKIN_TONES
    )
    return is_picture and after != "" and unicodedata.category(after) in PICTURES


def _script(char: str) -> str:
    """Return the first word of a character's Unicode name, which is its script."""
    return unicodedata.name(char, "").partition(" ")[0].partition("-")[0] if char else ""
