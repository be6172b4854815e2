"""Modes of a session (what is analysed, and who sees it), and whether the session is real."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """What a session analyses and shows, the most restrictive mode first."""

    PARTICIPATION = "participation", _("Participation")
    MIRROR = "mirror", _("Mirror")
    ANALYTICS = "analytics", _("Analytics")

    @property
    def for_teachers(self) -> str:
        """Return the name with what the mode means, in words for a teacher."""
        return str(FOR_TEACHERS[self])


FOR_TEACHERS = {
    Mode.PARTICIPATION: _("Participation: no camera. Students tell you how it goes"),
    Mode.MIRROR: _("Mirror: each student sees only their own; you see none"),
    Mode.ANALYTICS: _("Analytics: you see expression data of students who agree"),
}

# Sessions in these modes need an approval that an administrator has entered; a constraint holds that, too.
APPROVED_MODES = frozenset({Mode.MIRROR, Mode.ANALYTICS})


class Purpose(models.TextChoices):
    """Whether a session is real, or holds simulated students only."""

    LESSON = "lesson", _("Lesson")
    # A finished session whose students and numbers are invented, for new teachers to look at.
    EXAMPLE = "example", _("Example")
    # A teacher tries the product with simulated students (practice/).
    PRACTICE = "practice", _("Practice")
