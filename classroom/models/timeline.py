"""What happened when: states of cameras, teachers' markers and students' pulses."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import erasures, events


class Presence(models.Model):
    """A state of a participant, or of their camera, from `since` on: why there are gaps in the readings."""

    class State(models.TextChoices):
        # The state of a student in a class without cameras.
        PRESENT = "present", _("In class")
        MEASURING = "measuring", _("Camera on")
        DECIDING = "deciding", _("Still choosing")
        NO_CAMERA = "no_camera", _("Joined without camera")
        CHECKING = "checking", _("Checking the camera")
        PAUSED = "paused", _("Paused by the student")
        TEACHER_PAUSED = "teacher_paused", _("Paused by the teacher")
        HIDDEN = "hidden", _("Tab hidden, the browser stopped the camera")
        CAMERA_OFF = "camera_off", _("Camera switched off")
        CAMERA_BUSY = "camera_busy", _("Camera sends no pictures")
        CAMERA_REFUSED = "camera_refused", _("Browser refused the camera")
        CAMERA_BLOCKED = "camera_blocked", _("Camera blocked by the system")
        CAMERA_MISSING = "camera_missing", _("No camera found")
        CAMERA_UNUSABLE = "camera_unusable", _("Browser sends no usable pictures")
        OFFLINE = "offline", _("Connection lost")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed by the teacher")

    # A camera in these states goes off when the teacher pauses all cameras.
    CAMERA_IN_USE = (State.MEASURING, State.CHECKING)

    participant = models.ForeignKey(
        "classroom.Participant", on_delete=models.CASCADE, related_name="presences"
    )
    state = models.CharField(max_length=16, choices=State)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("presence"), _("presences")
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["participant", "since"])]

    def __str__(self) -> str:
        return f"{self.state} since {self.since:%H:%M:%S}"

    @classmethod
    def camera_state(cls, reported: str, *, is_paused: bool) -> str:
        """Return what is recorded of a camera in this state, where the teacher pauses all cameras or not."""
        if is_paused and reported in cls.CAMERA_IN_USE:
            return cls.State.TEACHER_PAUSED
        if not is_paused and reported == cls.State.TEACHER_PAUSED:
            return cls.State.CHECKING
        return reported


class Marker(models.Model):
    """A moment in class to which a teacher gave a label."""

    session = models.ForeignKey("classroom.ClassSession", on_delete=models.CASCADE, related_name="markers")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=80)

    class Meta:
        verbose_name, verbose_name_plural = _("marker"), _("markers")
        ordering = ["at"]
        indexes = [models.Index(fields=["session", "at"])]

    def __str__(self) -> str:
        return self.label

    def rename(self, label: str) -> None:
        """Replace the label. The former one may have named somebody."""
        with transaction.atomic():
            erasures.truncate_wal_on_commit()
            Marker.objects.filter(pk=self.pk).update(label=label)
            events.words_changed.send(Marker, session_id=self.session_id)
        self.label = label

    def erase(self) -> None:
        """Delete the marker and record that, as its label may name somebody."""
        with transaction.atomic():
            erasures.record(erasures.MARKER, self.pk, created_at=self.at)
            erasures.truncate_wal_on_commit()
            self.delete()


class Pulse(models.Model):
    """What a student says with a button. `value` is -1, 0 or 1 for pace and difficulty, else empty."""

    class Kind(models.TextChoices):
        PACE = "pace", _("Pace")
        DIFFICULTY = "difficulty", _("Difficulty")
        LOST = "lost", _("I'm lost")
        WRONG_READING = "wrong_reading", _("That reading is wrong")

    participant = models.ForeignKey("classroom.Participant", on_delete=models.CASCADE, related_name="pulses")
    kind = models.CharField(max_length=16, choices=Kind)
    value = models.SmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("pulse"), _("pulses")
        ordering = ["at"]
        indexes = [models.Index(fields=["participant", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__in=[-1, 0, 1]), name="pulse_value"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value if self.value is not None else ''}".strip()
