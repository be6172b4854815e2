"""Join codes and receipt codes: people read them aloud and type them from a projector."""

import unicodedata
from collections.abc import Iterator

from django.utils.crypto import get_random_string

# Without characters that are confused with each other: 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 6
# 23**12 codes: a receipt code alone gives access to somebody's data and must not be guessable.
RECEIPT_LENGTH = 12

# Cyrillic and Greek capitals that look like one character of the alphabet and like no other. Latin characters
# need no entry: where two look alike, the alphabet has neither.
CONFUSABLES = str.maketrans("АСЕНКМРТХУЗΑΕΗΚΜΝΡΤΧΥ", "ACEHKMPTXY3AEHKMNPTXY")

# A draw that hits one of the open sessions' codes is rare: there are 148 million.
DRAWS = 5


def new_code(length: int = CODE_LENGTH) -> str:
    return get_random_string(length, CODE_ALPHABET)


def codes_to_try() -> Iterator[str]:
    """Yield random join codes, and raise RuntimeError after the last one."""
    for _draw in range(DRAWS):
        yield new_code()
    raise RuntimeError(f"No free join code found in {DRAWS} draws.")


def new_receipt_code() -> str:
    return new_code(RECEIPT_LENGTH)


def normalized_code(text: str) -> str:
    """Return a typed code in capitals of the alphabet, without spaces, dots or dashes."""
    capitals = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in capitals if char.isalnum()).translate(CONFUSABLES)


def is_well_formed(code: str, length: int = CODE_LENGTH) -> bool:
    return len(code) == length and set(code) <= set(CODE_ALPHABET)


def grouped(code: str) -> str:
    """Return the code in groups of three, which are easy to remember: QRTWXY -> QRT WXY."""
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))
