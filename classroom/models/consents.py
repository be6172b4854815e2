from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Raise it with every change to what templates/classroom/_consent_text.html says: a decision names the text
# it was about.
CONSENT_TEXT_VERSION = "2026-11-22.3"


class ConsentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(withdrawn_at=None)

    def with_reading_count(self):
        return self.annotate(reading_count=models.Count("readings"))


class Consent(models.Model):
    """One dated, versioned decision to use the camera. Joining without it needs no consent and has none."""

    class Level(models.TextChoices):
        CLASS_ONLY = "class_only", _("My readings only count in the class")
        OWN_LINE = "own_line", _("My teacher may also see my own line")

    participant = models.ForeignKey(
        "classroom.Participant", on_delete=models.CASCADE, related_name="consents"
    )
    level = models.CharField(max_length=16, choices=Level, default=Level.CLASS_ONLY)
    text_version = models.CharField(max_length=16)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(withdrawn_at=None), name="one_active_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.given_at:%Y-%m-%d %H:%M}"

    def erase_readings(self) -> None:
        self.readings.all().delete()
        self.summaries.all().delete()

    def hand_readings_to(self, later: "Consent") -> None:
        self.readings.update(consent=later)
        self.summaries.update(consent=later)
