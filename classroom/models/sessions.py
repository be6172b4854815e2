"""Class sessions: opening, admission, removal, closing and erasing."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from .. import events
from ..codes import CODE_LENGTH, codes_to_try
from .approvals import Approval
from .consents import Consent
from .courses import Course
from .last_activity import last_activity
from .modes import APPROVED_MODES, Mode, Purpose
from .participant_queryset import ParticipantQuerySet
from .participants import Participant
from .session_queryset import ClassSessionQuerySet
from .timeline import Marker, Presence


class ClassSession(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=120)
    join_code = models.CharField(max_length=CODE_LENGTH)
    mode = models.CharField(_("mode"), max_length=16, choices=Mode, default=Mode.PARTICIPATION)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose, default=Purpose.LESSON)
    # RESTRICT: the approval of a class is kept for as long as the class.
    approval = models.ForeignKey(
        Approval,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="sessions",
        verbose_name=_("approval"),
    )
    # Since when the code has been valid.
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    # When the first student joined, or the teacher first did something in class.
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # When the door was locked for newcomers.
    door_locked_at = models.DateTimeField(null=True, blank=True)
    # Since when the teacher has paused all cameras.
    measuring_paused_at = models.DateTimeField(null=True, blank=True)
    erased_participants = models.PositiveIntegerField(_("students who erased their data"), default=0)

    # An annotation of ClassSessionQuerySet.with_attendance(), not a column.
    attendance: int

    objects = ClassSessionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["join_code"], condition=models.Q(closed_at=None), name="one_open_session_per_code"
            ),
            models.CheckConstraint(
                # An invented expression is nobody's, and no student with a camera joins.
                condition=~models.Q(mode__in=sorted(APPROVED_MODES), purpose=Purpose.LESSON)
                | models.Q(approval__isnull=False),
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
    def begins_at(self) -> datetime:
        """The beginning of the class on its pages. A teacher may open it long before anybody comes."""
        return self.started_at or self.opened_at

    @property
    def confirmed_approval(self) -> Approval | None:
        """The approval to show. What an administrator has not confirmed is none."""
        return self.approval if self.approval and self.approval.is_confirmed else None

    @property
    def had_camera(self) -> bool:
        """Whether it was opened in a mode with cameras. Without one, no page has a word of them."""
        return self.mode != Mode.PARTICIPATION

    @property
    def is_invented(self) -> bool:
        """Whether its students are simulated, which every page and export says."""
        return self.purpose != Purpose.LESSON

    @property
    def is_locked(self) -> bool:
        # Among simulated students nobody turns a real camera on: there is no approval for it.
        return self.door_locked_at is not None or (self.is_invented and self.mode in APPROVED_MODES)

    @property
    def is_full(self) -> bool:
        """Whether all places are taken by participants who are here."""
        return self.participants.here(timezone.now()).count() >= settings.MAX_PARTICIPANTS

    @property
    def why_mode_ended(self) -> str:
        """Say why the session's mode is not in force any more. Empty while it is.

        A site that no longer allows a mode, or an approval that ended, also decides about past sessions.
        """
        if self.mode == Mode.PARTICIPATION:
            return ""
        if self.mode not in settings.ALLOWED_MODES:
            return str(_("This site does not allow the mode of this session any more."))
        if self.approval and self.mode in APPROVED_MODES:
            return self.approval.why_not_in_force(timezone.localdate())
        return ""

    @property
    def mode_is_allowed(self) -> bool:
        return not self.why_mode_ended

    @property
    def mode_in_force(self) -> Mode:
        """The session's mode, or participation once that mode has ended.

        It never falls back to mirror: students agreed to the text of another mode.
        """
        return Mode(self.mode) if self.mode_is_allowed else Mode.PARTICIPATION

    @property
    def uses_camera(self) -> bool:
        return self.mode_in_force != Mode.PARTICIPATION

    @property
    def is_measuring(self) -> bool:
        """Whether cameras may be used now."""
        return self.uses_camera and self.measuring_paused_at is None

    @property
    def teacher_sees_readings(self) -> bool:
        return self.mode_in_force == Mode.ANALYTICS

    def participants_at(self, moment: datetime) -> ParticipantQuerySet:
        """Return those who are in class at this moment, or were at the end of a class that has ended."""
        if self.closed_at is None or moment < self.closed_at:
            return self.participants.here(moment)
        stayed = self.participants.filter(left_at__gte=self.closed_at)
        return stayed.filter(last_seen_at__gt=self.closed_at - settings.GONE_AFTER)

    def for_update(self) -> "ClassSession | None":
        """Lock this row until the transaction ends and return it as it is now. None if it was deleted.

        Rows that refer to it, such as readings, may still be added meanwhile.
        """
        return ClassSession.objects.select_for_update(no_key=True).filter(pk=self.pk).first()

    def start(self, now: datetime) -> None:
        """Let the time of the class begin, unless it has begun."""
        if self.started_at is None:
            ClassSession.objects.filter(pk=self.pk, started_at=None).update(started_at=now)

    def lock(self, now: datetime) -> None:
        """Let nobody new join. Participants who are in class can still come back."""
        self._set_locked_at(now)

    def unlock(self) -> None:
        self._set_locked_at(None)

    def _set_locked_at(self, at: datetime | None) -> None:
        with transaction.atomic():
            # Waits for those who are joining at this moment.
            self.for_update()
            ClassSession.objects.filter(pk=self.pk).update(door_locked_at=at)
            events.publish_class_changed(self.pk)
        self.door_locked_at = at

    def renew_code(self) -> None:
        """Replace the code. The former code and link stop working."""
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
        """Add a participant. Return None if the session has ended, is locked or full, or has a new code."""
        with transaction.atomic():
            session = self.for_update()
            if session is None or not session.admits(self.join_code):
                return None
            now = timezone.now()
            # Without cameras there is nothing to decide before the class.
            entered_at = None if self.uses_camera else now
            participant = self.participants.create(
                display_name=display_name, joined_at=now, entered_at=entered_at
            )
            participant.record_state(Presence.State.PRESENT if entered_at else Presence.State.DECIDING, now)
            session.start(now)
            # A script that joins and leaves in a loop must not fill the database or keep others out.
            if self.participants.count() > settings.MOST_PARTICIPANT_ROWS:
                self.participants.brief_visits(timezone.now()).delete()
            events.publish_class_changed(self.pk)
        return participant

    def admits(self, code: str) -> bool:
        return self.is_open and self.join_code == code and not self.is_locked and not self.is_full

    def remove(self, participant_ids: Collection[uuid.UUID], now: datetime) -> int:
        """Remove participants in a few statements. Return how many of them were still in class."""
        with transaction.atomic():
            chosen = self.participants.filter(pk__in=participant_ids)
            chosen.record_silence(now)
            # Those who have just left are marked too, or they could come back with the same seat cookie.
            chosen.update(was_removed=True)
            removed = chosen.end_presence(Presence.State.REMOVED, now)
            events.tell_of_leaving(self.pk, removed, now)
            events.publish_to_participants(removed, "removed")
            events.publish_class_changed(self.pk)
        return len(removed)

    def close(self, now: datetime | None = None, *, hint: str = "ended") -> bool:
        """End the session for everybody. Return False if it had ended already."""
        now = now or timezone.now()
        with transaction.atomic():
            if not ClassSession.objects.open().filter(pk=self.pk).update(closed_at=now):
                self.refresh_from_db(fields=["closed_at"])
                return False
            self.closed_at = now
            # First, so that those who were gone before the end do not count as present until the end.
            self.participants.all().record_silence(now)
            left = self.participants.all().end_presence(Presence.State.LEFT, now)
            events.send_after_commit(events.session_closed, ClassSession, session_id=self.pk)
            events.publish_to_participants(left, hint)
            events.publish_class_changed(self.pk)
        return True

    def close_forgotten(self, now: datetime) -> None:
        """End a forgotten session as of its last activity: the report must not show empty hours as class."""
        with transaction.atomic():
            # Those who join at this moment are seen by the next query, or find the session closed.
            self.for_update()
            if ClassSession.objects.forgotten(now).filter(pk=self.pk).exists():
                self.close(last_activity(self))

    def erase(self) -> None:
        """Close the session, so that every camera goes off, and delete everything recorded in it."""
        self.close(hint="deleted")
        with transaction.atomic():
            # In the order in which everything else locks them: students erase and withdraw meanwhile.
            self.for_update()
            self.participants.all().for_update()
            # Waits for a batch that holds these rows; the next batch finds the session closed.
            held = Consent.objects.filter(participant__session=self).order_by("pk").select_for_update()
            list(held.values_list("pk"))
            # classroom/receivers.py records the erasure, whatever deletes the row.
            self.delete()

    def mark(self, teacher: User, label: str) -> "Marker | None":
        """Add a marker. Return None if the session was deleted or has ended."""
        with transaction.atomic():
            session = self.for_update()
            if session is None or not session.is_open:
                return None
            marker = self.markers.create(teacher=teacher, label=label)
            session.start(marker.at)
            events.publish_annotations_changed(self.pk)
        return marker

    def join_address(self) -> str:
        """Return the address with the code. It gives no more access than the code does."""
        return f"{settings.PUBLIC_URL}{reverse('join')}?code={self.join_code}"

    def join_url(self) -> str:
        """Return the link to share. Its key shows that the code in it was not guessed."""
        return f"{self.join_address()}&key={self._link_key()}"

    def is_link_key(self, key: str) -> bool:
        return constant_time_compare(key, self._link_key())

    def _link_key(self) -> str:
        # 48 bits are enough: the key is of this session and code, works for hours and is checked online.
        return salted_hmac("classroom.join_url", f"{self.pk.hex} {self.join_code}").hexdigest()[:12]
