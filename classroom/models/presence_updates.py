"""What is noted of one student, or of a class that does the same at once, in the same few statements."""

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
from .timeline import Presence

if TYPE_CHECKING:
    from .participants import Participant


class StateChange(NamedTuple):
    state: str
    at: datetime


Notes = Mapping[uuid.UUID, StateChange]


class PresenceUpdatesQuerySet(models.QuerySet):
    def for_update(self) -> "list[Participant]":
        """In one order, as by all who lock several of them, until the transaction ends."""
        return list(self.select_for_update(no_key=True, of=("self",)).order_by("pk"))

    def camera_states(self, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
        """What their pages last said of their cameras, whatever became of the connections."""
        told = Presence.objects.filter(participant=models.OuterRef("pk")).exclude(
            state=Presence.State.OFFLINE
        )
        latest = models.Subquery(told.order_by("-since", "-pk").values("state")[:1])
        return dict(self.filter(pk__in=ids).annotate(told=latest).order_by().values_list("pk", "told"))

    def record_states(self, told: Mapping[uuid.UUID, StateChange]) -> "list[Participant]":
        """Returns those whose state is another one now."""
        return _write(self.all(), told)

    def record_camera_states(self, states: Mapping[uuid.UUID, str]) -> "list[Participant]":
        """What pages say of their cameras; nothing, where a camera was turned off meanwhile. Returns whose
        state is another one now.
        """
        with transaction.atomic():
            known = self.filter(pk__in=states).for_update()
            at = timezone.now()  # after what was noted while this waited
            filming = Consent.objects.active().filter(participant__in=known)
            told = {pk: StateChange(states[pk], at) for pk in filming.values_list("participant", flat=True)}
            return self.record_states(told)

    def record_offline(self, heard: Mapping[uuid.UUID, datetime]) -> "list[Participant]":
        """Their connections are lost, with the last word on each, or what was done beside it since. Returns
        whose state is another one now.
        """
        with transaction.atomic():
            known = self.filter(pk__in=heard).for_update()
            lost = Presence.State.OFFLINE
            told = {one.pk: StateChange(lost, max(heard[one.pk], one.last_seen_at)) for one in known}
            return self.record_states(told)

    def record_silence(self, now: datetime) -> None:
        """Offline as of their last sign of life: what was noted of the time after it, nobody knew."""
        with transaction.atomic():
            # Locked, so that who speaks at this very moment is not silent any more, or is heard after it.
            silent = list(self.silent(now).select_for_update(no_key=True, of=("self",)).order_by("pk"))
            for participant in silent:
                participant.last_seen_at = participant.last_activity
            self.model.objects.bulk_update(silent, ["last_seen_at"])
            Presence.objects.bulk_create(
                Presence(participant=one, state=Presence.State.OFFLINE, since=one.last_activity)
                for one in silent
            )
            for session_id in {participant.session_id for participant in silent}:
                events.publish_class_changed(session_id)

    def record_last_seen(self, heard: Mapping[uuid.UUID, datetime]) -> set[uuid.UUID]:
        """When each was heard last, all in one statement. Returns those who were taken for gone."""
        with transaction.atomic():
            # Locked in one order, as by all who lock several of them.
            seated = self.seated().filter(pk__in=heard).select_for_update(no_key=True).order_by("pk")
            found = dict(seated.with_state().values_list("pk", "state"))
            if found:
                times = (models.When(pk=pk, then=models.Value(heard[pk])) for pk in found)
                latest = models.Case(*times, output_field=models.DateTimeField())
                self.filter(pk__in=found).update(last_seen_at=Greatest("last_seen_at", latest))
        return {pk for pk, state in found.items() if state == Presence.State.OFFLINE}


def _write(everybody: PresenceUpdatesQuerySet, notes: Notes) -> "list[Participant]":
    """Those whose state is another one now. For all it is a sign of life: last_seen_at.

    Whoever left or was erased meanwhile gets no note: a late socket adds nothing.
    """
    with transaction.atomic(savepoint=False):  # two questions fewer inside another one
        seated = everybody.seated().filter(pk__in=notes).for_update()
        _note_silence(everybody, seated, notes)
        _note_signs(everybody, seated, notes)
        known = dict(_these(everybody, seated).with_state().values_list("pk", "state"))
        changed = [one for one in seated if known[one.pk] != notes[one.pk].state]
        restless = _restless(changed, notes)
        Presence.objects.bulk_create(
            Presence(participant=one, state=notes[one.pk].state, since=notes[one.pk].at)
            for one in changed
            if one.pk not in restless
        )
        for pk in restless:
            latest = Presence.objects.filter(participant=pk).order_by("-since", "-pk")[:1]
            Presence.objects.filter(pk__in=[one.pk for one in latest]).update(state=notes[pk].state)
    return changed


def _note_silence(
    everybody: PresenceUpdatesQuerySet, seated: "Collection[Participant]", notes: Notes
) -> None:
    """Whoever comes back after a silence had been gone."""
    back = [one for one in seated if notes[one.pk].at - one.last_seen_at >= settings.GONE_AFTER]
    if back:
        _these(everybody, back).record_silence(max(notes[one.pk].at for one in back))


def _note_signs(everybody: PresenceUpdatesQuerySet, seated: "Collection[Participant]", notes: Notes) -> None:
    if not seated:
        return
    times = (models.When(pk=one.pk, then=models.Value(notes[one.pk].at)) for one in seated)
    at = models.Case(*times, output_field=models.DateTimeField())
    _these(everybody, seated).update(last_seen_at=at)


def _these(everybody: PresenceUpdatesQuerySet, some: "Collection[Participant]") -> PresenceUpdatesQuerySet:
    return everybody.filter(pk__in=[one.pk for one in some])


def _restless(changed: "Collection[Participant]", notes: Notes) -> set[uuid.UUID]:
    """More than a camera or a network ever does: a script, whose rows would slow down the report."""
    if not changed:
        return set()
    since = min(notes[one.pk].at for one in changed) - timedelta(minutes=1)
    rows = Presence.objects.filter(participant__in=changed, since__gt=since).order_by()
    counted = rows.values("participant").annotate(rows=models.Count("pk"))
    return set(counted.filter(rows__gte=settings.PRESENCES_PER_MINUTE).values_list("participant", flat=True))
