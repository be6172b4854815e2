"""Each student's own normal, the only thing a student is ever compared with."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery

from classroom.models import Consent
from emotion.models import Reading
from emotion.vision import engagement

from .roster import RosterEntry

FIRST = timedelta(seconds=engagement.BASELINE_SECONDS)
# Conditions in a query: SQLite parses no expression deeper than 1,000.
CONDITIONS = 200


def baselines(roster: Iterable[RosterEntry], now: float, *, version: str) -> dict[uuid.UUID, float]:
    """The baseline of each of these who has been measured for long enough by this version of the formula,
    and whose readings have not expired. It says nothing about scores of another version."""
    deciders = {entry.consent_id: entry for entry in roster if entry.consent_id}
    # The first by an index, for each of them: the smallest of a group would look at every reading.
    own = Reading.objects.filter(engagement_version=version, consent=OuterRef("pk")).order_by("taken_at")
    found_first = Consent.objects.filter(pk__in=deciders).annotate(first=Subquery(own.values("taken_at")[:1]))
    firsts = [
        (consent, first)
        for consent, first in found_first.values_list("pk", "first")
        if first is not None and first.timestamp() >= deciders[consent].kept_since(now)
    ]
    scores: dict[int, list[float]] = defaultdict(list)
    for consent, score in _early(firsts, version):
        if score is not None:
            scores[consent].append(score)
    found = {deciders[consent].id: engagement.baseline(own) for consent, own in scores.items()}
    return {participant: value for participant, value in found.items() if value is not None}


def _early(firsts: list[tuple[int, datetime]], version: str) -> Iterator[tuple[int, float | None]]:
    """(consent, score) of the readings of each of these in the time of a baseline."""
    made = Reading.objects.filter(engagement_version=version).order_by()
    for start in range(0, len(firsts), CONDITIONS):
        early = Q()
        for consent, first in firsts[start : start + CONDITIONS]:
            early |= Q(consent=consent, taken_at__lt=first + FIRST)
        # Without the times: to make thousands of datetimes costs more than all else here.
        yield from made.filter(early).values_list("consent_id", "score").iterator()
