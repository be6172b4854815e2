"""Each student's own normal, the only thing a student is ever compared with."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet

from emotion.models import Reading
from emotion.vision import engagement

from .seats import Seat

FIRST = timedelta(seconds=engagement.BASELINE_SECONDS)
CONDITIONS = 200  # per query: SQLite parses no expression deeper than 1,000


def baselines(seats: Iterable[Seat], now: datetime, *, version: str) -> dict[uuid.UUID, float]:
    """Of those among these seats who have been measured for long enough, and not too long ago, by this
    version of the formula: it says nothing about scores of another."""
    seats = [seat for seat in seats if seat.consent_id]
    own = {seat.consent_id: seat.id for seat in seats}
    since = {seat.consent_id: seat.kept_since(now) for seat in seats}
    made = Reading.objects.filter(engagement_version=version).order_by()
    readings = made.filter(consent__in=own).values_list("consent_id")
    firsts = [
        (consent, first)
        for consent, first in readings.annotate(Min("taken_at"))
        if first.timestamp() >= since[consent]
    ]
    scores: dict[int, list[tuple[float, float | None]]] = {}
    for consent, moment, score in _early(made, firsts):
        scores.setdefault(consent, []).append((moment.timestamp(), score))
    found = {own[consent]: engagement.baseline(values) for consent, values in scores.items()}
    return {participant: value for participant, value in found.items() if value is not None}


def _early(made: QuerySet[Reading], firsts: list) -> Iterable[tuple]:
    for start in range(0, len(firsts), CONDITIONS):
        early = Q()
        for consent, first in firsts[start : start + CONDITIONS]:
            early |= Q(consent=consent, taken_at__lt=first + FIRST)
        yield from made.filter(early).values_list("consent_id", "taken_at", "score")
