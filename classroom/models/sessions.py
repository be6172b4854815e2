import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from .. import events
from ..codes import CODE_LENGTH, codes_to_try
from .approvals import Approval
from .consents import Consent
from .courses import Course
from .modes import APPROVED_MODES, Mode
from .participants import Participant, ParticipantQuerySet
from .timeline import Marker, Presence


class ClassSessionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def taught_by(self, user):
        return self.filter(course__teachers=user, course__teachers__is_active=True)

    def open_first(self):
        return self.order_by(models.F("closed_at").desc(nulls_first=True), "-opened_at")

    def with_attendance(self):
        seats = Participant.objects.filter(session=models.OuterRef("pk")).order_by().values("session")
        counted = models.Subquery(seats.annotate(seats=models.Count("pk")).values("seats"))
        return self.annotate(attendance=Coalesce(counted, 0))

    def latest_of_each_course(self, count: int):
        """Everything open, and the newest `count` of each course."""
        newest_first = models.Window(RowNumber(), partition_by="course_id", order_by="-opened_at")
        return self.annotate(place=newest_first).filter(models.Q(place__lte=count) | models.Q(closed_at=None))

    def with_code(self, code: str):
        return self.open().filter(join_code=code)

    def with_active_teacher(self):
        """Somebody is there to see who joins, and to end it."""
        return self.filter(models.Exists(_active_teachers()))

    def without_active_teacher(self):
        """Open, and every account that could end it is gone or deactivated."""
        return self.open().exclude(models.Exists(_active_teachers()))

    def open_too_long(self, now: datetime):
        """Open for longer than any class: one page that was left open would keep it so, with its camera."""
        return self.open().filter(opened_at__lt=now - settings.LONGEST_SESSION)

    def forgotten(self, now: datetime):
        """Open for long, and nobody has been in it for as long: in a break everybody may have left."""
        long_ago = now - settings.FORGOTTEN_SESSION
        recent = Participant.objects.filter(session=models.OuterRef("pk"), last_seen_at__gt=long_ago)
        return self.open().filter(~models.Exists(recent), opened_at__lt=long_ago)


class ClassSessionManager(models.Manager.from_queryset(ClassSessionQuerySet)):
    def open_new(self, **fields) -> "ClassSession":
        """A new open session under a code that no other open session has."""
        for code in codes_to_try():
            try:
                with transaction.atomic():
                    return self.create(join_code=code, **fields)
            except IntegrityError:
                if not self.with_code(code).exists():
                    raise
        raise AssertionError  # codes_to_try() ended with an error


class ClassSession(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=120)
    join_code = models.CharField(max_length=CODE_LENGTH)
    mode = models.CharField(max_length=16, choices=Mode, default=Mode.PARTICIPATION)
    # RESTRICT: what a class was opened under stays on record for as long as the class does.
    approval = models.ForeignKey(
        Approval, null=True, blank=True, on_delete=models.RESTRICT, related_name="sessions"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    door_locked_at = models.DateTimeField(null=True, blank=True)
    erased_participants = models.PositiveIntegerField(default=0)

    objects = ClassSessionManager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["join_code"], condition=models.Q(closed_at=None), name="one_open_session_per_code"
            ),
            models.CheckConstraint(
                condition=~models.Q(mode__in=sorted(APPROVED_MODES)) | models.Q(approval__isnull=False),
                name="mode_has_its_approval",
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
    def mode_is_allowed(self) -> bool:
        return not self.why_mode_ended

    @property
    def why_mode_ended(self) -> str:
        """Empty while the mode is in force. The deployment, or who approved, may have decided otherwise
        since, and that is about the past, too.
        """
        if self.mode == Mode.PARTICIPATION:
            return ""
        if self.mode not in settings.ALLOWED_MODES:
            return _("This site does not allow the mode of this session any more.")
        if self.mode in APPROVED_MODES:
            return self.approval.why_not_in_force(timezone.localdate())
        return ""

    @property
    def mode_in_force(self) -> Mode:
        """Not a milder one of those that are allowed: whoever decided now would have read another text."""
        return Mode(self.mode) if self.mode_is_allowed else Mode.PARTICIPATION

    @property
    def uses_camera(self) -> bool:
        return self.mode_in_force != Mode.PARTICIPATION

    @property
    def teacher_sees_readings(self) -> bool:
        return self.mode_in_force == Mode.ANALYTICS

    @property
    def is_full(self) -> bool:
        """Who left, was removed or is gone frees the seat."""
        return self.participants.here(timezone.now()).count() >= settings.MAX_PARTICIPANTS

    @property
    def is_locked(self) -> bool:
        return self.door_locked_at is not None

    def lock(self, now: datetime) -> None:
        """Nobody new comes in; who has a seat comes back."""
        self._turn_key(now)

    def unlock(self) -> None:
        self._turn_key(None)

    def _turn_key(self, locked_at: datetime | None) -> None:
        with transaction.atomic():
            self.for_update()  # who is coming in at this very moment is in, or finds the door locked
            ClassSession.objects.filter(pk=self.pk).update(door_locked_at=locked_at)
            events.publish_class_changed(self.pk)
        self.door_locked_at = locked_at

    def renew_code(self) -> None:
        """The code and the link that are known open this class no more."""
        for code in codes_to_try():
            try:
                with transaction.atomic():
                    ClassSession.objects.filter(pk=self.pk).update(join_code=code)
                    events.publish_class_changed(self.pk)
            except IntegrityError:
                continue
            self.join_code = code
            return

    def admit(self, display_name: str) -> Participant | None:
        """None where the class is full, locked, has ended or was deleted, and where the code by which they
        found it opens it no more; of two who come to the last seat one gets it.
        """
        with transaction.atomic():
            session = self.for_update()
            if session is None or not session.admits(self.join_code):
                return None
            participant = self.participants.create(display_name=display_name)
            participant.record_state(Presence.State.DECIDING, participant.joined_at)
            self._forget_passers_by()
            events.publish_class_changed(self.pk)
        return participant

    def admits(self, code: str) -> bool:
        return self.is_open and self.join_code == code and not self.is_locked and not self.is_full

    def _forget_passers_by(self) -> None:
        """A loop of joining and leaving keeps nobody out, fills no database and slows no report down."""
        if self.participants.count() > settings.MOST_PARTICIPANT_ROWS:
            self.participants.brief_visits(timezone.now()).delete()

    def remove(self, participant_ids: Collection[uuid.UUID], now: datetime) -> int:
        """Of these, how many had a seat until now. In a few statements: a flood may be hundreds."""
        with transaction.atomic():
            chosen = self.participants.filter(pk__in=participant_ids)
            chosen.record_silence(now)
            chosen.update(was_removed=True)  # also who has just left: the seat is not to be taken again
            seated = self._vacate(chosen, Presence.State.REMOVED, now)
            events.publish_to_participants(seated, "removed")
            events.publish_class_changed(self.pk)
        return len(seated)

    def close(self, now: datetime | None = None, *, hint: str = "ended") -> bool:
        """Once: who is late changes nothing and is told so."""
        now = now or timezone.now()
        with transaction.atomic():
            if not ClassSession.objects.open().filter(pk=self.pk).update(closed_at=now):
                self.refresh_from_db(fields=["closed_at"])
                return False
            self.closed_at = now
            self._send_everybody_home(now, hint)
        return True

    def close_forgotten(self, now: datetime) -> None:
        """As of its last sign of life: the hours until it is noticed were nobody's class."""
        with transaction.atomic():
            self.for_update()  # who joins at this very moment is seen by what follows, or comes after it
            if ClassSession.objects.forgotten(now).filter(pk=self.pk).exists():
                self.close(self._last_sign_of_life())

    def _last_sign_of_life(self) -> datetime:
        signs = self.participants.aggregate(
            seen=models.Max("last_seen_at"), said=models.Max("pulses__at")
        ) | self.markers.aggregate(marked=models.Max("at"))
        return max([self.opened_at, *filter(None, signs.values())])

    def erase(self) -> None:
        """Nothing of this class stays. An open one is ended first, so that every camera goes off."""
        self.close(hint="deleted")
        with transaction.atomic():
            # Waits for a batch that holds these rows; the next one finds the session closed.
            held = Consent.objects.filter(participant__session=self).order_by("pk").select_for_update()
            list(held.values_list("pk"))
            self.delete()  # noted in classroom/receivers.py, whoever deletes it

    def for_update(self) -> "ClassSession | None":
        """This row as it is now, ours until the transaction ends; None where it was deleted meanwhile.
        Readings may still be added to it.
        """
        return ClassSession.objects.select_for_update(no_key=True).filter(pk=self.pk).first()

    def mark(self, teacher: AbstractBaseUser, label: str) -> "Marker | None":
        """None where the session was deleted meanwhile."""
        with transaction.atomic():
            if self.for_update() is None:
                return None
            marker = self.markers.create(teacher=teacher, label=label)
            events.publish_annotations_changed(self.pk)
        return marker

    def _send_everybody_home(self, now: datetime, hint: str) -> None:
        self.participants.all().record_silence(now)  # who was gone before the end did not stay to it
        seated = self._vacate(self.participants.all(), Presence.State.LEFT, now)
        events.send_after_commit(events.session_closed, ClassSession, session_id=self.pk)
        events.publish_to_participants(seated, hint)
        events.publish_class_changed(self.pk)

    def _vacate(self, seats: ParticipantQuerySet, state: Presence.State, now: datetime) -> list[uuid.UUID]:
        # Locked, so that who is leaving at this very moment leaves once.
        still_here = seats.seated().select_for_update(no_key=True).order_by("pk")
        seated = list(still_here.values_list("pk", flat=True))
        Presence.objects.bulk_create(Presence(participant_id=pk, state=state, since=now) for pk in seated)
        Participant.objects.filter(pk__in=seated).update(left_at=now)
        return seated

    def join_address(self) -> str:
        """For a student who opens the class in another browser: no more than who knows the code."""
        return f"{settings.PUBLIC_URL}{reverse('join')}?code={self.join_code}"

    def join_url(self) -> str:
        return f"{self.join_address()}&key={self._link_key()}"

    def is_link_key(self, key: str) -> bool:
        """Whether this key is from our own link: who has it did not guess the code."""
        return constant_time_compare(key, self._link_key())

    def _link_key(self) -> str:
        """Of this session under this code. In a link 48 bits will do."""
        return salted_hmac("classroom.join_url", f"{self.pk.hex} {self.join_code}").hexdigest()[:12]

    def next_sequence(self, now: datetime) -> int:
        """A sequence above every one this session has handed out: nobody sends 1,000 frames a second."""
        return int((now - self.opened_at).total_seconds() * 1000)


def _active_teachers() -> models.QuerySet:
    return Course.teachers.through.objects.filter(course=models.OuterRef("course"), user__is_active=True)
