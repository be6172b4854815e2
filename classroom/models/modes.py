"""Modes of a session: what is analysed, and who sees it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """What a session analyses and shows, the most restrictive mode first."""

    PARTICIPATION = "participation", _("Participation: no expression is analysed")
    MIRROR = "mirror", _("Mirror: only the student sees their own reading")
    ANALYTICS = "analytics", _("Analytics: the teacher sees readings, with consent")


# Sessions in these modes need an approval that an administrator has entered; a constraint holds that, too.
APPROVED_MODES = frozenset({Mode.ANALYTICS})
