"""Publish each step that may contain class-only students once, when it is over.

A published step never changes, even if a student withdraws or erases. While such a step lasts, each reading
would move its numbers by one student's share. Numbers of own lines alone are shown at once: the lines stand
beside the number, and a withdrawn line leaves it.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import timedelta
from operator import attrgetter

import numpy as np
from django.conf import settings
from django.db import transaction
from django.http import Http404

from classroom.models import ClassSession
from classroom.models.consents import kept_for
from dashboards.times import to_datetime
from emotion.buckets import STEP_SECONDS, bucket_of
from emotion.models import PublishedBucket

from .class_line import ClassLine, Numbers
from .formula_versions import Versions
from .roster import GONE_SECONDS, RosterEntry

# How late a reading can still come: the clock's tolerance and the time a frame may wait, 5 s each.
SETTLED_SECONDS = 10.0
# How far back a silence may turn out to have been no time in class.
REVISABLE_SECONDS = GONE_SECONDS + SETTLED_SECONDS
# After a step's end: a reading takes a second or so, and one that comes later is not in the class's number.
PUBLISHED_AFTER_SECONDS = 2.0

PublishedBuckets = Mapping[int, PublishedBucket]
"""By bucket."""


def published_buckets(session: ClassSession, *, since: int | None = None) -> dict[int, PublishedBucket]:
    steps = PublishedBucket.objects.filter(session=session)
    if since is not None:
        steps = steps.filter(bucket__gte=since)
    return {step.bucket: step for step in steps}


def first_unpublished(session: ClassSession, now: float) -> int:
    """The first bucket that still lasts. A class that has ended gets no more readings."""
    if session.closed_at is not None and session.closed_at.timestamp() <= now:
        return bucket_of(session.closed_at) + 1
    return bucket_of(now - PUBLISHED_AFTER_SECONDS)


def publish(session: ClassSession, steps: Iterable[PublishedBucket]) -> None:
    """Save these steps. A step that is published already stays as it is."""
    with transaction.atomic():
        if session.for_update() is None:
            raise Http404("The session has been deleted.")
        PublishedBucket.objects.bulk_create(sorted(steps, key=attrgetter("bucket")), ignore_conflicts=True)


def to_publish(line: ClassLine, *, before: int, known: Container[int]) -> list[int]:
    """The buckets before `before` that are published once and not known to be published."""
    buckets = (line.first + np.flatnonzero(line.published_once)).tolist()
    return [bucket for bucket in buckets if bucket < before and bucket not in known]


def steps_of(
    session: ClassSession,
    line: ClassLine,
    roster: Iterable[RosterEntry],
    buckets: Iterable[int],
    versions: Versions,
) -> list[PublishedBucket]:
    """The rows of these buckets, with the numbers of `line`."""
    promised = [entry.promised_days for entry in roster if entry.promised_days]
    kept = min(map(kept_for, promised), default=settings.READING_RETENTION)
    return [_step(session, line, bucket, kept, versions.get(bucket, "")) for bucket in buckets]


def _step(
    session: ClassSession, line: ClassLine, bucket: int, kept: timedelta, version: str
) -> PublishedBucket:
    index = bucket - line.first
    group = int(line.class_only[index])
    step = PublishedBucket(session=session, bucket=bucket, hidden=bool(line.hidden[index]), group=group)
    step.measured, step.counted = int(line.measured[index]), int(line.counted[index])
    step.expires_at = to_datetime(bucket * STEP_SECONDS) + kept
    step.on, step.covered = float(line.on[index]), _or_none(line.covered[index])
    if group:
        step.engagement_version = version
        step.mean, step.low, step.high = (_or_none(part[index]) for part in (line.mean, line.low, line.high))
        step.mix = None if np.isnan(line.mix[index]).any() else line.mix[index].tolist()
    return step


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def as_published(line: ClassLine, steps: PublishedBuckets, now: float) -> ClassLine:
    """The line with the published numbers of these steps in place of those of today."""
    shown = line.copy()
    for bucket in steps.keys() & set(range(line.first, line.first + len(line))):
        _put(shown, bucket - line.first, steps[bucket], now)
    return shown


def _put(shown: ClassLine, index: int, step: PublishedBucket, now: float) -> None:
    if _is_withheld(step, now):
        _withhold(shown, index)
        return
    if step.mean is not None:
        shown.mean[index], shown.low[index], shown.high[index] = map(
            _or_nan, (step.mean, step.low, step.high)
        )
        shown.mix[index] = np.nan if step.mix is None else step.mix
        shown.measured[index], shown.counted[index] = step.measured, step.counted
        shown.class_only[index], shown.hidden[index] = step.group, False
    elif step.hidden or shown.class_only[index]:
        _withhold(shown, index)
        shown.measured[index], shown.hidden[index] = step.measured, True
    shown.on[index], shown.covered[index] = step.on, _or_nan(step.covered)
    shown.published_once[index] = True


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _is_withheld(step: PublishedBucket, now: float) -> bool:
    """Whether today's settings, which may be stricter, withhold the step."""
    has_expired = step.expires_at.timestamp() < now
    is_old = step.bucket * STEP_SECONDS < now - settings.READING_RETENTION.total_seconds()
    return has_expired or is_old or 0 < step.group < settings.SMALLEST_GROUP


def _withhold(shown: ClassLine, index: int) -> None:
    for part in (shown.mean, shown.low, shown.high, shown.mix, shown.covered):
        part[index] = np.nan
    shown.counted[index] = shown.class_only[index] = 0
    shown.hidden[index] = shown.measured[index] > 0


def without_unpublished(line: ClassLine, first_unpublished: int) -> ClassLine:
    """The line without numbers of steps that are published once and are not over."""
    kept = line.copy()
    for index in np.flatnonzero(line.published_once):
        if line.first + index >= first_unpublished:
            _withhold(kept, int(index))
    return kept


def numbers_of(step: PublishedBucket, now: float) -> Numbers:
    """A published step as it stands in the class line."""
    return as_published(ClassLine.of_nobody(step.bucket), {step.bucket: step}, now).numbers(0)
