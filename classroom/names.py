"""What may stand on somebody else's screen: names, titles, labels."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# They turn the text after them around: the row of another student would read differently.
BIDI_OVERRIDES = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control, surrogate, private use, unassigned; line and paragraph separators. Joiners (Cf) stay: Persian,
# Hindi and family emoji are written with them.
REFUSED = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(text: str) -> str:
    """Composed, with single spaces; ValidationError for what no keyboard types into a name."""
    if _has_refused_sign(text):
        raise ValidationError(_("A name is one line of letters, without control characters."))
    name = _composed(text)
    if not _has_sign_of(name, "LNS"):
        raise ValidationError(_("Please type a name that can be read."))
    return name


def clean_line(text: str) -> str:
    """The same for a title, a label or a reference, which may also be a bare “?”."""
    if _has_refused_sign(text):
        raise ValidationError(_("This is one line of letters, without control characters."))
    line = _composed(text)
    if not _has_sign_of(line, "LNSP"):
        raise ValidationError(_("Please type words that can be read."))
    return line


def _has_refused_sign(text: str) -> bool:
    return any(sign in BIDI_OVERRIDES or unicodedata.category(sign) in REFUSED for sign in text)


def _composed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _has_sign_of(text: str, categories: str) -> bool:
    return any(unicodedata.category(sign)[0] in categories for sign in text)
