from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """What the deployment's law allows, most restrictive first."""

    PARTICIPATION = "participation", _("Participation: no expression is analysed")
    MIRROR = "mirror", _("Mirror: only the student sees their own reading")
    ANALYTICS = "analytics", _("Analytics: the teacher sees readings, with consent")


# A session in one of these needs an approval that an administrator has entered. The database holds it, too.
APPROVED_MODES = frozenset({Mode.ANALYTICS})
