"""Participants of a session and their decisions."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .. import erasures, events
from ..codes import RECEIPT_LENGTH, new_receipt_code
from .consents import Consent
from .presence_updates import PresenceUpdatesQuerySet, StateChange
from .timeline import Presence

# As long as somebody may wait for the answer to the join form and press its button again.
JUST_JOINED = timedelta(seconds=20)


class Participant(models.Model):
    """A place in one session, under a display name or a pseudonym. It belongs to no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        "classroom.ClassSession", on_delete=models.CASCADE, related_name="participants"
    )
    display_name = models.CharField(max_length=40)
    receipt_code = models.CharField(max_length=RECEIPT_LENGTH, unique=True, default=new_receipt_code)
    joined_at = models.DateTimeField(default=timezone.now)
    # When they left the page "Before you start", with or without camera.
    entered_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    was_removed = models.BooleanField(default=False)
    # Whether the server plays them (practice/).
    is_simulated = models.BooleanField(default=False)

    # An annotation of ParticipantQuerySet.with_last_activity(), not a column.
    last_activity: datetime

    objects = PresenceUpdatesQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("participant"), _("participants")
        ordering = ["display_name", "joined_at"]
        indexes = [models.Index(fields=["session", "joined_at"])]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_in_class(self) -> bool:
        return self.left_at is None

    @property
    def may_be_in_class(self) -> bool:
        return self.is_in_class and self.session.is_open

    @property
    def is_deciding(self) -> bool:
        """Whether they have joined but not yet decided about the camera."""
        return self.may_be_in_class and self.entered_at is None

    @property
    def has_just_joined(self) -> bool:
        """Whether they joined a class without cameras a moment ago."""
        is_new = timezone.now() - self.joined_at < JUST_JOINED
        return self.may_be_in_class and self.entered_at == self.joined_at and is_new

    @property
    def camera_will_start(self) -> bool:
        """Whether their class page turns the camera on as soon as it opens."""
        has_agreed = self.session.uses_camera and self.active_consent() is not None
        return has_agreed and self.camera_state() != Presence.State.PAUSED

    @property
    def page_token(self) -> str:
        """Identify a page's participant in its address.

        It is not the id: access logs hold it beside a network address.
        """
        return salted_hmac("classroom.page", self.pk.hex).hexdigest()[:8]

    def active_consent(self) -> Consent | None:
        return self.consents.active().first()

    def camera_state(self) -> str | None:
        """Return what their page last reported of its camera, even if the connection was lost since."""
        return Participant.objects.camera_states([self.pk]).get(self.pk)

    def enter(self) -> None:
        """Record that they have decided about the camera. A second call changes nothing."""
        with transaction.atomic():
            if Participant.objects.filter(pk=self.pk, entered_at=None).update(entered_at=timezone.now()):
                has_consented = self.active_consent() is not None
                self.record_state(Presence.State.CHECKING if has_consented else self._state_without_camera)
                events.publish_participants_changed([(self.session_id, self.pk)])

    def give_consent(self, level: str, text_version: str) -> Consent | None:
        """Return an active decision at this level: the present one, or a new one. None for those who left.

        Raise TooManyDecisions at the limits. A change to showing less is never refused.
        """
        with transaction.atomic():
            # Closing a session sets left_at of everybody, so that this finds nobody.
            if not self._lock(in_class_only=True):
                return None
            earlier = self.active_consent()
            if earlier and earlier.level == level:
                return earlier
            now = timezone.now()
            if earlier is None or level == Consent.Level.OWN_LINE:
                self.consents.refuse_too_many(now)
            if earlier:
                self._end([earlier], now)
            consent = self.consents.create(
                level=level, text_version=text_version, mode=self.session.mode, given_at=now
            )
            if earlier:
                self._move_or_erase_readings(earlier, consent)
            self._publish("consented")
        return consent

    def withdraw_consent(self, now: datetime | None = None) -> None:
        """End the active decision and erase its readings. Its row and its dates stay."""
        with transaction.atomic():
            self._lock()
            # Read after the lock: later than everything that was recorded while this waited.
            now = now or timezone.now()
            ended = list(self.consents.active())
            self._end(ended, now)
            for consent in ended:
                self._erase_readings(consent)
                self.record_state(Presence.State.CAMERA_OFF, now)
                self._publish("withdrawn")

    def leave(self, now: datetime | None = None, removed: bool = False) -> None:
        """End their time in class. Their readings stay."""
        with transaction.atomic():
            self._lock()
            # Read after the lock: later than everything that was recorded while this waited.
            now = now or timezone.now()
            if removed:
                # This also holds after leaving, or they could come back with the same seat cookie.
                Participant.objects.filter(pk=self.pk).update(was_removed=True)
            if not self.record_state(Presence.State.REMOVED if removed else Presence.State.LEFT, now):
                return
            Participant.objects.filter(pk=self.pk).update(left_at=now)
            events.tell_of_leaving(self.session_id, [self.pk], now)
            self._publish("removed" if removed else "left")
        self.left_at = now

    def erase(self) -> None:
        """Delete everything about them. Only the session's count of erased participants grows."""
        with transaction.atomic():
            # The session before the participant, as ClassSession.close() locks them.
            session = self.session.for_update()
            if session is None or not self._lock():
                # Erased meanwhile, in another tab or with the session.
                return
            self._end(list(self.consents.active()), timezone.now())
            Participant.objects.filter(pk=self.pk).delete()
            erasures.record(erasures.PARTICIPANT, self.pk)
            erasures.truncate_wal_on_commit()
            session.erased_participants += 1
            session.save(update_fields=["erased_participants"])
            self._publish("erased")

    def record_seen(self, now: datetime | None = None) -> bool:
        """Record that their page is open. Return True if they counted as gone and are back."""
        now = now or timezone.now()
        if now - self.last_seen_at < settings.LAST_SEEN_WRITTEN_EVERY:
            return False
        if Participant.objects.here(now).filter(pk=self.pk).update(last_seen_at=now):
            return False
        return self.record_return()

    def record_return(self) -> bool:
        """Record that they are back, with the camera state from before the silence."""
        with transaction.atomic():
            self._lock()
            state = self.camera_state() if self.session.uses_camera else Presence.State.PRESENT
            if state in (None, Presence.State.PRESENT):
                state = self._state_without_camera
            is_paused = Participant.objects.filter(pk=self.pk).measuring_is_paused().exists()
            return self.record_state(Presence.camera_state(state, is_paused=is_paused))

    @property
    def _state_without_camera(self) -> str:
        return Presence.State.NO_CAMERA if self.session.uses_camera else Presence.State.PRESENT

    def record_state(self, state: str, at: datetime | None = None) -> bool:
        """Record a state and that they were seen. Return True if the state is a new one.

        Nothing is published: a caller records several states and then sends one message.
        """
        change = StateChange(state, at or timezone.now())
        return bool(Participant.objects.record_states({self.pk: change}))

    def _move_or_erase_readings(self, earlier: Consent, consent: Consent) -> None:
        """Leave no reading with a decision that has ended."""
        if consent.level == Consent.Level.CLASS_ONLY:
            # The earlier decision covered counting in the class, too.
            earlier.move_readings_to(consent)
        else:
            # The earlier decision did not cover a line of that time with a name.
            self._erase_readings(earlier)

    def _erase_readings(self, consent: Consent) -> None:
        consent.erase_readings()
        erasures.record(erasures.CONSENT, consent.pk, created_at=consent.given_at)
        erasures.truncate_wal_on_commit()

    def _lock(self, *, in_class_only: bool = False) -> bool:
        """Lock the row until the transaction ends. Return False if there is no such row any more."""
        rows = Participant.objects.in_class() if in_class_only else Participant.objects.all()
        return bool(rows.select_for_update().filter(pk=self.pk).values_list("pk"))

    def _end(self, consents: list[Consent], now: datetime) -> None:
        ids = [consent.pk for consent in consents]
        # Waits for a batch that holds these rows; the next batch finds the decision withdrawn.
        Consent.objects.active().filter(pk__in=ids).update(withdrawn_at=now)
        if ids:
            events.send_after_commit(events.consent_ended, Consent, consent_ids=ids)

    def _publish(self, reason: str) -> None:
        events.publish_to_participants([self.pk], reason)
        events.publish_participants_changed([(self.session_id, self.pk)])
