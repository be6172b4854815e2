"""Questions that a teacher asks in one tap."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Kind

YES_PARTLY_NO = [_("Yes"), _("Partly"), _("No")]
READY = {
    "clear": (_("Is this clear?"), YES_PARTLY_NO),
    "pace": (_("How is the pace?"), [_("Too slow"), _("Fine"), _("Too fast")]),
    "done": (_("Are you done?"), [_("Yes"), _("Almost"), _("No")]),
}


def content(name: str) -> dict[str, Any] | None:
    """Return the fields of a ready question in the teacher's language, or None if there is no such one."""
    if name not in READY:
        return None
    text, options = READY[name]
    return {
        "kind": Kind.CHOICE,
        "text": str(text),
        "options": [str(option) for option in options],
        "is_anonymous": True,
        "shows_results_live": False,
    }
