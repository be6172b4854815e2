"""Queries about participants: who is in class, and what was last recorded of them."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from .timeline import Presence

if TYPE_CHECKING:
    from .participants import Participant


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def in_class(self) -> Self:
        """Return those who have neither left nor been removed."""
        return self.filter(left_at=None)

    def here(self, now: datetime) -> Self:
        """Return those in class who were last seen a short while ago."""
        return self.in_class().filter(last_seen_at__gt=now - settings.GONE_AFTER)

    def measuring_is_paused(self) -> Self:
        """Return those in sessions whose teacher has paused all cameras."""
        return self.filter(session__measuring_paused_at__isnull=False)

    def for_update(self) -> list["Participant"]:
        """Lock these rows until the transaction ends.

        They are locked in one order everywhere: two transactions that lock several never wait for each other.
        """
        return list(self.select_for_update(no_key=True, of=("self",)).order_by("pk"))

    def end_presence(self, state: Presence.State, now: datetime) -> list[uuid.UUID]:
        """Record the end of those who are still in class, and return their ids."""
        # Locked, so that a participant who is leaving at this moment leaves once.
        rows = self.in_class().select_for_update(no_key=True).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        # The end may not be earlier than a state that a page reported while this waited for the lock.
        presences = Presence.objects.filter(participant__in=ids).values_list("participant")
        latest = dict(presences.annotate(models.Max("since")))
        Presence.objects.bulk_create(
            Presence(participant_id=pk, state=state, since=max(now, latest.get(pk, now))) for pk in ids
        )
        self.model._default_manager.filter(pk__in=ids).update(left_at=now)
        return ids

    def with_consent_in_force(self) -> "models.QuerySet[Participant, tuple[uuid.UUID, int | None]]":
        """Pairs of participant and consent; None for those who have not decided since they last joined."""
        active = models.Q(consents__withdrawn_at=None, entered_at__isnull=False)
        held = models.FilteredRelation("consents", condition=active)
        return self.alias(held=held).order_by().values_list("pk", "held__pk")

    def states(self) -> dict[uuid.UUID, str | None]:
        """Return the last recorded state of each participant, by id."""
        latest = _latest_state(Presence.objects.all())
        # In the order of this queryset, as it may be one that locks its rows.
        return dict(self.annotate(latest=latest).values_list("pk", "latest"))

    def camera_states(self, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str | None]:
        """Return what each page last reported of its camera, even if its connection was lost since."""
        reported = _latest_state(Presence.objects.exclude(state=Presence.State.OFFLINE))
        found = self.filter(pk__in=ids).annotate(reported=reported).order_by()
        return dict(found.values_list("pk", "reported"))

    def with_last_activity(self) -> Self:
        """Annotate `last_activity`: when they or their camera last did anything."""
        events = (
            "presences__since",
            "pulses__at",
            "answers__answered_at",
            "hands__raised_at",
            "consents__readings__taken_at",
        )
        times = [Coalesce(self._latest(path), "last_seen_at") for path in events]
        return self.annotate(last_activity=Greatest("last_seen_at", *times))

    def _latest(self, path: str) -> models.Subquery:
        own = self.model._default_manager.filter(pk=models.OuterRef("pk")).order_by()
        return models.Subquery(own.values("pk").annotate(latest=models.Max(path)).values("latest"))

    def silent(self, now: datetime) -> Self:
        """Return those who are gone without a recorded end of their connection."""
        long_ago = now - settings.GONE_AFTER
        return (
            self.in_class()
            # First, because it is cheap and leaves few rows for the subqueries.
            .filter(last_seen_at__lte=long_ago)
            .annotate(state=_latest_state(Presence.objects.all()))
            .exclude(state=Presence.State.OFFLINE)
            .with_last_activity()
            .filter(last_activity__lte=long_ago)
        )

    def brief_visits(self, now: datetime) -> Self:
        """Return those who came for less than a minute, left no reading and said nothing with their name."""
        soon = models.F("joined_at") + timedelta(minutes=1)
        has_left = models.Q(left_at__lt=soon)
        is_gone = models.Q(last_seen_at__lt=soon, last_seen_at__lte=now - settings.GONE_AFTER)
        brief = self.filter(has_left | is_gone, was_removed=False)
        return brief.exclude(consents__readings__isnull=False).exclude(self._has_spoken())

    def _has_spoken(self) -> models.Q:
        relations = ("pulses", "answers", "hands", "student_questions", "upvotes")
        found = [
            self.model._default_manager.filter(pk=models.OuterRef("pk"), **{f"{name}__isnull": False})
            for name in relations
        ]
        return models.Q(*map(models.Exists, found), _connector=models.Q.OR)

    def head_count(self, now: datetime | None = None) -> dict[str, int]:
        """Count those who are here, without names: the projector shows it."""
        consented = models.Q(entered_at__isnull=False, consents__isnull=False, consents__withdrawn_at=None)
        return self.here(now or timezone.now()).aggregate(
            joined=models.Count("pk", distinct=True),
            with_camera=models.Count("pk", filter=consented, distinct=True),
        )


def _latest_state(presences: "models.QuerySet[Presence]") -> models.Subquery:
    own = presences.filter(participant=models.OuterRef("pk")).order_by("-since", "-pk")
    return models.Subquery(own.values("state")[:1])
