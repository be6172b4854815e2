"""Codes that people read aloud and type: drawn from an alphabet without look-alikes, read back generously."""

import secrets
import unicodedata
from collections.abc import Iterator

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: a code is read aloud and typed from a projector.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 6
RECEIPT_LENGTH = 12  # 23**12: the key to one's own data, not to be guessed

# Of two Latin signs that look alike the alphabet has neither, so neither could be mapped. What looks like one
# of ours and like nothing else comes from a Cyrillic or Greek keyboard.
LOOK_ALIKES = str.maketrans("АСЕНКМРТХУЗΑΕΗΚΜΝΡΤΧΥ", "ACEHKMPTXY3AEHKMNPTXY")


def new_code(length: int = CODE_LENGTH) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def codes_to_try() -> Iterator[str]:
    """Until one is free among those of open sessions: of 148 million, a second draw is already rare."""
    for _attempt in range(5):
        yield new_code()
    raise RuntimeError("No free join code found in five draws.")


def new_receipt_code() -> str:
    return new_code(RECEIPT_LENGTH)


def typed_code(text: str) -> str:
    """What was meant: capitals, without spaces, dots or dashes, in our own alphabet where that is certain."""
    capitals = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in capitals if sign.isalnum()).translate(LOOK_ALIKES)


def could_be_code(code: str, length: int = CODE_LENGTH) -> bool:
    return len(code) == length and set(code) <= set(CODE_ALPHABET)


def grouped(code: str) -> str:
    """QRTWXY -> QRT WXY: three signs are remembered at a glance."""
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))
