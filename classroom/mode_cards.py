"""What a teacher chooses from when a session begins: each mode, and who can allow it where it is not."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import APPROVED_MODES, Approval, Mode

EACH_DECIDES = _("Off, unless a student turns it on")
# What the teacher sees, what students see, and the camera.
CONTENTS: dict[Mode, tuple[Promise, Promise, Promise]] = {
    Mode.PARTICIPATION: (
        _("Who is here and what they tell you"),
        _("What you ask them, and their own answers"),
        _("None"),
    ),
    Mode.MIRROR: (
        _("Who is here and what they tell you; no expressions"),
        _("Also their own expression"),
        EACH_DECIDES,
    ),
    Mode.ANALYTICS: (
        _("Also the class average, and the expressions of students who share them with you"),
        _("Also their own expression"),
        EACH_DECIDES,
    ),
}


@dataclass(frozen=True)
class ModeCard:
    mode: Mode
    # Approvals in force, one for each course that has any.
    approvals: list[Approval]

    @property
    def contents(self) -> list[tuple[str, str]]:
        names = (gettext("You see"), gettext("Students see"), gettext("Camera"))
        return list(zip(names, map(str, CONTENTS[self.mode]), strict=True))

    @property
    def needs_approval(self) -> bool:
        return self.mode in APPROVED_MODES

    @property
    def is_allowed(self) -> bool:
        return self.mode in settings.ALLOWED_MODES

    @property
    def is_available(self) -> bool:
        return self.is_allowed and (bool(self.approvals) or not self.needs_approval)


def mode_cards(in_force: Iterable[Approval]) -> list[ModeCard]:
    """Return a card for each mode. Of several approvals of a course the first one counts."""
    first: dict[tuple[str, int], Approval] = {}
    for approval in in_force:
        first.setdefault((approval.mode, approval.course_id), approval)
    return [ModeCard(mode, [one for (name, _course), one in first.items() if name == mode]) for mode in Mode]
