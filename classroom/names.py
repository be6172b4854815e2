"""What may stand as somebody's name on the teacher's screen."""

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
    if any(sign in BIDI_OVERRIDES or unicodedata.category(sign) in REFUSED for sign in text):
        raise ValidationError(_("A name is one line of letters, without control characters."))
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(unicodedata.category(sign)[0] in "LNS" for sign in name):
        raise ValidationError(_("Please type a name that can be read."))
    return name
