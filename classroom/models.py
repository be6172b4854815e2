"""Who is in the session and what they agreed to."""

import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: a code is read aloud and typed from a projector.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 6


def new_code(length: int = CODE_LENGTH) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def new_receipt_code() -> str:
    return new_code(12)  # 23**12: the key to one's own data, not to be guessed


class Mode(models.TextChoices):
    """What the deployment's law allows, most restrictive first."""

    PARTICIPATION = "participation", _("Participation: no expression is analysed")
    MIRROR = "mirror", _("Mirror: only the student sees their own reading")
    ANALYTICS = "analytics", _("Analytics: the class sees readings under consent")


class Course(models.Model):
    name = models.CharField(max_length=120)
    teachers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="courses")
    default_mode = models.CharField(max_length=16, choices=Mode, default=Mode.PARTICIPATION)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.pk])


class ClassSessionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def taught_by(self, user):
        return self.filter(course__teachers=user)

    def forgotten(self, now: datetime):
        """Open for long, with nobody seated any more."""
        long_ago = now - settings.FORGOTTEN_SESSION
        recent = Participant.objects.filter(session=models.OuterRef("pk"), left_at=None, last_seen_at__gt=long_ago)
        return self.open().filter(~models.Exists(recent), opened_at__lt=long_ago)


class ClassSessionManager(models.Manager.from_queryset(ClassSessionQuerySet)):
    def open_new(self, **fields) -> "ClassSession":
        """A new open session under a code that no other open session has."""
        for _attempt in range(5):
            try:
                with transaction.atomic():
                    return self.create(join_code=new_code(), **fields)
            except IntegrityError:  # 148 million codes: a second draw is already rare
                continue
        raise RuntimeError("No free join code found in five draws.")


class ClassSession(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=120)
    join_code = models.CharField(max_length=CODE_LENGTH)
    mode = models.CharField(max_length=16, choices=Mode, default=Mode.PARTICIPATION)
    approver = models.CharField(max_length=120, blank=True)
    approval_reference = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    erased_participants = models.PositiveIntegerField(default=0)

    objects = ClassSessionManager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["join_code"], condition=models.Q(closed_at=None), name="one_open_session_per_code"
            ),
            models.CheckConstraint(
                condition=~models.Q(mode=Mode.ANALYTICS) | ~(models.Q(approver="") | models.Q(approval_reference="")),
                name="analytics_names_its_approver",
            ),
        ]
        indexes = [models.Index(fields=["course", "-opened_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("live", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def uses_camera(self) -> bool:
        return self.mode != Mode.PARTICIPATION

    @property
    def teacher_sees_readings(self) -> bool:
        return self.mode == Mode.ANALYTICS

    def join_url(self) -> str:
        return f"{settings.PUBLIC_URL}{reverse('join')}?code={self.join_code}"

    def next_sequence(self, now: datetime) -> int:
        """A sequence above every one this session has handed out: nobody sends 1,000 frames a second."""
        return int((now - self.opened_at).total_seconds() * 1000)


class ParticipantQuerySet(models.QuerySet):
    def seated(self):
        return self.filter(left_at=None)


class Participant(models.Model):
    """One seat in a session: a display name or a pseudonym, never an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="participants")
    display_name = models.CharField(max_length=40)
    receipt_code = models.CharField(max_length=12, unique=True, default=new_receipt_code)
    joined_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    was_removed = models.BooleanField(default=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["display_name", "joined_at"]
        indexes = [models.Index(fields=["session", "joined_at"])]

    def __str__(self) -> str:
        return self.display_name

    def active_consent(self) -> "Consent | None":
        return self.consents.active().first()


class ConsentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """One dated, versioned decision to use the camera. Joining without it needs no consent and has none."""

    class Level(models.TextChoices):
        CLASS_ONLY = "class_only", _("My readings only count in the class")
        OWN_LINE = "own_line", _("My teacher may also see my own line")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="consents")
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


class Presence(models.Model):
    """From `since` on, this participant's camera was in this state: where every gap gets its reason."""

    class State(models.TextChoices):
        MEASURING = "measuring", _("Camera on")
        NO_CAMERA = "no_camera", _("Joined without camera")
        CHECKING = "checking", _("Checking the camera")
        PAUSED = "paused", _("Paused by the student")
        HIDDEN = "hidden", _("Tab hidden, the browser stopped the camera")
        CAMERA_OFF = "camera_off", _("Camera switched off")
        CAMERA_BUSY = "camera_busy", _("Camera used by another program")
        CAMERA_REFUSED = "camera_refused", _("Browser refused the camera")
        OFFLINE = "offline", _("Connection lost")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed by the teacher")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="presences")
    state = models.CharField(max_length=16, choices=State)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["participant", "since"])]

    def __str__(self) -> str:
        return f"{self.state} since {self.since:%H:%M:%S}"


class Marker(models.Model):
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="markers")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=80)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["session", "at"])]

    def __str__(self) -> str:
        return self.label


class Pulse(models.Model):
    """A student's own word. `value` is -1, 0 or 1 for pace and difficulty, and empty for the others."""

    class Kind(models.TextChoices):
        PACE = "pace", _("Pace")
        DIFFICULTY = "difficulty", _("Difficulty")
        LOST = "lost", _("I'm lost")
        WRONG_READING = "wrong_reading", _("That reading is wrong")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="pulses")
    kind = models.CharField(max_length=16, choices=Kind)
    value = models.SmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["participant", "at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(value=None) | models.Q(value__in=[-1, 0, 1]), name="pulse_value")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value if self.value is not None else ''}".strip()
