"""A step in which somebody may count who only counts in the class is told once: when it is over, and always
as it was told, whoever has withdrawn or erased since.

While it goes on, each reading would move its numbers by one student's share. Of own lines alone all is told
at once: they stand beside the number, and what is withdrawn of them goes out of it.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

import numpy as np
from django.conf import settings
from django.db import transaction
from django.http import Http404

from classroom.models import ClassSession
from classroom.models.consents import kept_for
from emotion.buckets import bucket_of, bucket_start
from emotion.models import PublishedBucket

from .lines import ClassLine
from .seats import Seat
from .versions import Versions

# How late a reading can still come: the clock's tolerance and the time a frame may wait, 5 s each.
SETTLED_AFTER = timedelta(seconds=10)
# How far back a silence may turn out to have been no time in class.
KEPT = settings.GONE_AFTER + SETTLED_AFTER
# After a step: a reading takes a second or so, and one that comes later is not in the class's number.
TOLD_AFTER = timedelta(seconds=2)

NOTHING = np.nan

Steps = Mapping[int, PublishedBucket]  # by bucket


def frozen_steps(session: ClassSession, *, since: int | None = None) -> dict[int, PublishedBucket]:
    steps = PublishedBucket.objects.filter(session=session)
    if since is not None:
        steps = steps.filter(bucket__gte=since)
    return {step.bucket: step for step in steps}


def first_untold(session: ClassSession, now: datetime) -> int:
    """The first bucket that goes on. Nothing comes to a class that has ended."""
    has_ended = session.closed_at is not None and session.closed_at <= now
    return bucket_of(session.closed_at) + 1 if has_ended else bucket_of(now - TOLD_AFTER)


def freeze(session: ClassSession, steps: Iterable[PublishedBucket]) -> None:
    """Who comes first decides: a step that is frozen stays as it is."""
    with transaction.atomic():
        if session.for_update() is None:
            raise Http404("The session has been deleted.")
        PublishedBucket.objects.bulk_create(sorted(steps, key=attrgetter("bucket")), ignore_conflicts=True)


def to_tell(line: ClassLine, *, before: int, but: Container[int]) -> list[int]:
    """The buckets in which somebody may be who only counts in the class."""
    buckets = (line.first + np.flatnonzero(line.told_once)).tolist()
    return [bucket for bucket in buckets if bucket < before and bucket not in but]


def steps_of(
    session: ClassSession, line: ClassLine, seats: Iterable[Seat], buckets: Iterable[int], versions: Versions
) -> list[PublishedBucket]:
    """As `line` tells them."""
    promised = [seat.promised_days for seat in seats if seat.promised_days]
    kept = min(map(kept_for, promised), default=settings.READING_RETENTION)
    return [_step(session, line, bucket, kept, versions.get(bucket, "")) for bucket in buckets]


def _step(
    session: ClassSession, line: ClassLine, bucket: int, kept: timedelta, version: str
) -> PublishedBucket:
    index = bucket - line.first
    group = int(line.group[index])
    step = PublishedBucket(session=session, bucket=bucket, hidden=bool(line.hidden[index]), group=group)
    step.measured, step.counted = int(line.measured[index]), int(line.counted[index])
    step.expires_at = bucket_start(bucket) + kept
    step.on, step.covered = float(line.on[index]), _number(line.covered[index])
    if group:
        step.engagement_version = version
        step.mean, step.low, step.high = (_number(part[index]) for part in (line.mean, line.low, line.high))
        step.mix = None if np.isnan(line.mix[index]).any() else line.mix[index].tolist()
    return step


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def as_told(line: ClassLine, steps: Steps, now: datetime) -> ClassLine:
    """The line with what was told before of these steps in place of what would be told now."""
    told = _copy(line)
    for bucket in steps.keys() & set(range(line.first, line.first + len(line))):
        _put(told, bucket - line.first, steps[bucket], now)
    return told


def _copy(line: ClassLine) -> ClassLine:
    parts = {field.name: getattr(line, field.name) for field in fields(line)}
    return replace(
        line, **{name: part.copy() for name, part in parts.items() if isinstance(part, np.ndarray)}
    )


def _put(told: ClassLine, index: int, step: PublishedBucket, now: datetime) -> None:
    if _is_withheld(step, now):
        _withhold(told, index)
        return
    if step.mean is not None:
        told.mean[index], told.low[index], told.high[index] = map(_or_nan, (step.mean, step.low, step.high))
        told.mix[index] = NOTHING if step.mix is None else step.mix
        told.measured[index], told.counted[index] = step.measured, step.counted
        told.group[index], told.hidden[index] = step.group, False
    elif step.hidden or told.group[index]:
        _withhold(told, index)
        told.measured[index], told.hidden[index] = step.measured, True
    told.on[index], told.covered[index] = step.on, _or_nan(step.covered)
    told.told_once[index] = True


def _or_nan(value: float | None) -> float:
    return NOTHING if value is None else value


def _is_withheld(step: PublishedBucket, now: datetime) -> bool:
    """What is set today may be stricter than what it was told under."""
    has_expired = step.expires_at < now or bucket_start(step.bucket) < now - settings.READING_RETENTION
    return has_expired or 0 < step.group < settings.SMALLEST_GROUP


def _withhold(told: ClassLine, index: int) -> None:
    for part in (told.mean, told.low, told.high, told.mix, told.covered):
        part[index] = NOTHING
    told.counted[index] = told.group[index] = 0
    told.hidden[index] = told.measured[index] > 0


def without_untold(line: ClassLine, first_untold: int) -> ClassLine:
    kept = _copy(line)
    for index in np.flatnonzero(line.told_once):
        if line.first + index >= first_untold:
            _withhold(kept, index)
    return kept


def point_of(step: PublishedBucket, now: datetime) -> dict:
    """As it stands in the class line."""
    return as_told(ClassLine.of_nobody(step.bucket), {step.bucket: step}, now).point(0)
