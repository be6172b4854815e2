import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .. import erasures, events
from ..codes import RECEIPT_LENGTH, new_receipt_code
from .consents import Consent
from .presence_updates import PresenceUpdatesQuerySet, StateChange
from .timeline import Presence


class ParticipantQuerySet(PresenceUpdatesQuerySet):
    def seated(self):
        return self.filter(left_at=None)

    def with_consent_in_force(self):
        """(participant, consent or None): of who left and came back only once they have decided again."""
        active = models.Q(consents__withdrawn_at=None, entered_at__isnull=False)
        held = models.FilteredRelation("consents", condition=active)
        return self.alias(held=held).order_by().values_list("pk", "held__pk")

    def here(self, now: datetime):
        """Seated, and not silent for so long that they are gone."""
        return self.seated().filter(last_seen_at__gt=now - settings.GONE_AFTER)

    def brief_visits(self, now: datetime):
        """Who came for less than a minute, and of whom nothing was recorded."""
        soon = models.F("joined_at") + timedelta(minutes=1)
        has_left = models.Q(left_at__lt=soon)
        is_gone = models.Q(last_seen_at__lt=soon, last_seen_at__lte=now - settings.GONE_AFTER)
        recorded = models.Q(consents__readings__isnull=False) | models.Q(pulses__isnull=False)
        return self.filter(has_left | is_gone, was_removed=False).exclude(recorded)

    def with_last_activity(self):
        """Of life: whatever they or their camera did last."""
        done = ("presences__since", "pulses__at", "consents__readings__taken_at")
        signs = [Coalesce(_latest(what), "last_seen_at") for what in done]
        return self.annotate(last_activity=Greatest("last_seen_at", *signs))

    def with_state(self):
        """What was noted of them last."""
        told = Presence.objects.filter(participant=models.OuterRef("pk")).order_by("-since", "-pk")
        return self.annotate(state=models.Subquery(told.values("state")[:1]))

    def silent(self, now: datetime):
        """Gone, and nobody has noted it yet."""
        long_ago = now - settings.GONE_AFTER
        return (
            self.seated()
            .filter(last_seen_at__lte=long_ago)  # leaves few of whom to ask the rest
            .with_state()
            .exclude(state=Presence.State.OFFLINE)
            .with_last_activity()
            .filter(last_activity__lte=long_ago)
        )

    def head_count(self, now: datetime | None = None) -> dict[str, int]:
        """Numbers without names, for the projector: of those who are here."""
        consented = models.Q(entered_at__isnull=False, consents__isnull=False, consents__withdrawn_at=None)
        return self.here(now or timezone.now()).aggregate(
            joined=models.Count("pk", distinct=True),
            with_camera=models.Count("pk", filter=consented, distinct=True),
        )


class Participant(models.Model):
    """One seat in a session: a display name or a pseudonym, never an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        "classroom.ClassSession", on_delete=models.CASCADE, related_name="participants"
    )
    display_name = models.CharField(max_length=40)
    receipt_code = models.CharField(max_length=RECEIPT_LENGTH, unique=True, default=new_receipt_code)
    joined_at = models.DateTimeField(default=timezone.now)
    entered_at = models.DateTimeField(null=True, blank=True)  # past "Before you start"
    last_seen_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    was_removed = models.BooleanField(default=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["display_name", "joined_at"]
        indexes = [models.Index(fields=["session", "joined_at"])]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_seated(self) -> bool:
        return self.left_at is None

    @property
    def may_be_in_class(self) -> bool:
        return self.is_seated and self.session.is_open

    @property
    def is_deciding(self) -> bool:
        """Still before "Before you start": nothing is known of them but a name."""
        return self.may_be_in_class and self.entered_at is None

    @property
    def films(self) -> bool:
        """Whether their room switches the camera on when it opens."""
        has_agreed = self.session.uses_camera and self.active_consent() is not None
        return has_agreed and self.camera_state() != Presence.State.PAUSED

    @property
    def page_token(self) -> str:
        """Tells in an address whose page it is. Not the id: logs hold it beside a network address."""
        return salted_hmac("classroom.page", self.pk.hex).hexdigest()[:8]

    def has_name(self, name: str) -> bool:
        return self.display_name.casefold() == name.casefold()

    def active_consent(self) -> Consent | None:
        return self.consents.active().first()

    def camera_state(self) -> str | None:
        """What the page last said of its camera, whatever became of the connection."""
        return Participant.objects.camera_states([self.pk]).get(self.pk)

    def enter(self) -> None:
        """Past "Before you start": a reload does not ask again."""
        with transaction.atomic():
            if Participant.objects.filter(pk=self.pk, entered_at=None).update(entered_at=timezone.now()):
                has_consented = self.active_consent() is not None
                self.record_state(Presence.State.CHECKING if has_consented else Presence.State.NO_CAMERA)
                events.publish_participants_changed([(self.session_id, self.pk)])

    def give_consent(self, level: str, text_version: str) -> Consent | None:
        """The active decision at this level; asked twice, it is the same one. None for who has no seat.

        Raises TooManyDecisions; but to show less than before is never refused.
        """
        with transaction.atomic():
            if not self._lock(Participant.objects.seated()):  # ending a class takes everybody's seat
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
                self._settle(earlier, consent)
            self._tell("consented")
        return consent

    def withdraw_consent(self, now: datetime | None = None) -> None:
        """Camera off: the decision keeps its dates, its readings go."""
        now = now or timezone.now()
        with transaction.atomic():
            self._lock()
            ended = list(self.consents.active())
            self._end(ended, now)
            for consent in ended:
                consent.erase_readings()
                erasures.record(erasures.CONSENT, consent.pk, created_at=consent.given_at)
                erasures.truncate_wal_on_commit()
                self.record_state(Presence.State.CAMERA_OFF, now)
                self._tell("withdrawn")

    def leave(self, now: datetime | None = None, removed: bool = False) -> None:
        """Frames stop, readings stay."""
        now = now or timezone.now()
        with transaction.atomic():
            if removed:  # also one who has just left: the seat is not to be taken again
                Participant.objects.filter(pk=self.pk).update(was_removed=True)
            if not self.record_state(Presence.State.REMOVED if removed else Presence.State.LEFT, now):
                return
            Participant.objects.filter(pk=self.pk).update(left_at=now)
            self._tell("removed" if removed else "left")
        self.left_at = now

    def erase(self) -> None:
        """Nothing of this participant stays but a number on the session."""
        with transaction.atomic():
            session = self.session.for_update()  # before the participant, as in ClassSession.close()
            if session is None or not self._lock():
                return  # with the class, or in another tab
            self._end(list(self.consents.active()), timezone.now())
            Participant.objects.filter(pk=self.pk).delete()
            erasures.record(erasures.PARTICIPANT, self.pk)
            erasures.truncate_wal_on_commit()
            session.erased_participants += 1
            session.save(update_fields=["erased_participants"])
            self._tell("erased")

    def record_seen(self, now: datetime | None = None) -> bool:
        """A sign of life and nothing else. True if they were taken for gone and are back, as they were."""
        now = now or timezone.now()
        if now - self.last_seen_at < settings.LAST_SEEN_WRITTEN_EVERY:
            return False  # nothing is gained by knowing it to the second
        if Participant.objects.here(now).filter(pk=self.pk).update(last_seen_at=now):
            return False
        return self.record_return()

    def record_return(self) -> bool:
        """Nothing changed; but who was taken for gone is there again, as they were."""
        with transaction.atomic():
            self._lock()
            return self.record_state(self.camera_state() or Presence.State.NO_CAMERA)

    def record_state(self, state: str, at: datetime | None = None) -> bool:
        """True if this changed what is known. Also the sign of life: last_seen_at.

        Nobody is told: a socket notes several states in a row, so the caller sends one hint for them.
        """
        return bool(Participant.objects.record_states({self.pk: StateChange(state, at or timezone.now())}))

    def _settle(self, earlier: Consent, consent: Consent) -> None:
        """No reading stays with a decision that has ended."""
        if consent.level == Consent.Level.CLASS_ONLY:
            # They had agreed to more: counting in the class is covered still, and the line is gone at once.
            earlier.move_readings_to(consent)
        else:
            # Who agreed to "class only" did not agree to showing a line of that time.
            earlier.erase_readings()
            erasures.record(erasures.CONSENT, earlier.pk, created_at=earlier.given_at)
            erasures.truncate_wal_on_commit()

    def _lock(self, among: models.QuerySet | None = None) -> bool:
        """One decision at a time; False if the participant is not there, or not among these, any more."""
        known = Participant.objects.all() if among is None else among
        return bool(known.select_for_update().filter(pk=self.pk).values_list("pk"))

    def _end(self, consents: list[Consent], now: datetime) -> None:
        ids = [consent.pk for consent in consents]
        # Waits for a batch that holds these rows; the next one finds the decision withdrawn.
        Consent.objects.active().filter(pk__in=ids).update(withdrawn_at=now)
        if ids:
            events.send_after_commit(events.consent_ended, Consent, consent_ids=ids)

    def _tell(self, reason: str) -> None:
        events.publish_to_participants([self.pk], reason)
        events.publish_participants_changed([(self.session_id, self.pk)])


def _latest(what: str) -> models.Subquery:
    own = Participant.objects.filter(pk=models.OuterRef("pk")).order_by()
    return models.Subquery(own.values("pk").annotate(latest=models.Max(what)).values("latest"))
