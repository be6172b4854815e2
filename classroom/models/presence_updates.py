"""Recording states and last-seen times, of one participant or of a whole class in a few statements."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from .. import events
from .consents import Consent
from .participant_queryset import ParticipantQuerySet
from .timeline import Presence

if TYPE_CHECKING:
    from .participants import Participant


class StateChange(NamedTuple):
    state: str
    at: datetime


StateChanges = Mapping[uuid.UUID, StateChange]


class PresenceUpdatesQuerySet(ParticipantQuerySet):
    def record_states(self, changes: StateChanges) -> list["Participant"]:
        """Record a state for each of these participants and that they were seen. Return those it changed.

        Nothing is recorded of those who left or were erased meanwhile.
        """
        # Without savepoints: they would cost two round trips inside an outer transaction.
        with transaction.atomic(savepoint=False):
            present = self.in_class().filter(pk__in=changes).for_update()
            # Those who were silent for so long that they counted as gone: their gap is recorded first.
            back = [one for one in present if changes[one.pk].at - one.last_seen_at >= settings.GONE_AFTER]
            if back:
                self._only(back).record_silence(max(changes[one.pk].at for one in back))
            if present:
                times = _case_by_id({one.pk: changes[one.pk].at for one in present})
                self._only(present).update(last_seen_at=times)
            known = self._only(present).states()
            changed = [one for one in present if known[one.pk] != changes[one.pk].state]
            self._write_presences(changed, changes)
        return changed

    def record_camera_states(self, states: Mapping[uuid.UUID, str]) -> list["Participant"]:
        """Record what pages report of their cameras. Return those it changed.

        A report that arrives after the camera was turned off is ignored.
        """
        with transaction.atomic():
            known = self.filter(pk__in=states).for_update()
            # Read after the lock: later than everything that was recorded while this waited.
            at = timezone.now()
            paused = set(self.filter(pk__in=states).measuring_is_paused().values_list("pk", flat=True))
            consents = Consent.objects.active().filter(participant__in=known)
            ids = consents.values_list("participant", flat=True)
            actual = {pk: Presence.camera_state(states[pk], is_paused=pk in paused) for pk in ids}
            return self.record_states({pk: StateChange(state, at) for pk, state in actual.items()})

    def record_offline(self, seen_at: Mapping[uuid.UUID, datetime]) -> list["Participant"]:
        """Record lost connections, each as of the time it was last seen. Return those it changed."""
        with transaction.atomic():
            known = self.filter(pk__in=seen_at).for_update()
            offline = Presence.State.OFFLINE
            # A request beside the socket may have been later than its last message.
            changes = {one.pk: StateChange(offline, max(seen_at[one.pk], one.last_seen_at)) for one in known}
            return self.record_states(changes)

    def record_silence(self, now: datetime) -> None:
        """Record those who are gone as offline since their last activity."""
        with transaction.atomic():
            # Locked: a message at this moment comes before, and ends the silence, or is recorded after it.
            silent = self.silent(now).for_update()
            for participant in silent:
                participant.last_seen_at = participant.last_activity
            self.model._default_manager.bulk_update(silent, ["last_seen_at"])
            Presence.objects.bulk_create(
                Presence(participant=one, state=Presence.State.OFFLINE, since=one.last_seen_at)
                for one in silent
            )
            for session_id in {participant.session_id for participant in silent}:
                events.publish_class_changed(session_id)

    def record_last_seen(self, seen_at: Mapping[uuid.UUID, datetime]) -> set[uuid.UUID]:
        """Record when each participant was last seen. Return those who were recorded as offline."""
        with transaction.atomic():
            rows = self.in_class().filter(pk__in=seen_at).select_for_update(no_key=True).order_by("pk")
            found = rows.states()
            if found:
                times = _case_by_id({pk: seen_at[pk] for pk in found})
                self.filter(pk__in=found).update(last_seen_at=Greatest("last_seen_at", times))
        return {pk for pk, state in found.items() if state == Presence.State.OFFLINE}

    def _write_presences(self, changed: list["Participant"], changes: StateChanges) -> None:
        """Add a row for each change; of those who change too often, replace the state of the last row."""
        too_often = _changing_too_often(changed, changes)
        Presence.objects.bulk_create(
            Presence(participant=one, state=changes[one.pk].state, since=changes[one.pk].at)
            for one in changed
            if one.pk not in too_often
        )
        for pk in too_often:
            latest = Presence.objects.filter(participant=pk).order_by("-since", "-pk")[:1]
            Presence.objects.filter(pk__in=[one.pk for one in latest]).update(state=changes[pk].state)

    def _only(self, some: Collection["Participant"]) -> "PresenceUpdatesQuerySet":
        return self.filter(pk__in=[one.pk for one in some])


def _case_by_id(times: Mapping[uuid.UUID, datetime]) -> models.Case:
    cases = (models.When(pk=pk, then=models.Value(at)) for pk, at in times.items())
    return models.Case(*cases, output_field=models.DateTimeField())


def _changing_too_often(changed: Collection["Participant"], changes: StateChanges) -> set[uuid.UUID]:
    """Return those with more changes in a minute than a camera or a network makes.

    Such a script's rows would slow down the report.
    """
    if not changed:
        return set()
    since = min(changes[one.pk].at for one in changed) - timedelta(minutes=1)
    rows = Presence.objects.filter(participant__in=changed, since__gt=since).order_by()
    counted = rows.values("participant").annotate(rows=models.Count("pk"))
    return set(counted.filter(rows__gte=settings.PRESENCES_PER_MINUTE).values_list("participant", flat=True))
