"""Readings by participant and bucket: a few columns of many rows, read without making objects of them."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from emotion.buckets import Cell, bucket_of, mean_of_read
from emotion.models import BucketSummary, Reading
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.states import FaceState

FACES = tuple(str(face) for face in FaceState)
COLUMNS = ("consent_id", "bucket", "first", "last", *FACES, "engagement_version", "score", *EXPRESSIONS)

Cells = dict[int, dict[int, Cell]]  # consent id -> bucket -> cell


def cells(
    session_id: uuid.UUID, *, since: datetime | None = None, consents: Collection[int] | None = None
) -> Cells:
    """A session's cells, of everybody or of these consents, from the bucket that holds `since` on."""
    summaries = BucketSummary.objects.filter(session=session_id)
    if since is not None:
        summaries = summaries.filter(bucket__gte=bucket_of(since))
    if consents is not None:
        summaries = summaries.filter(consent__in=consents)
    found: Cells = {}
    for consent, bucket, *said in summaries.values_list(*COLUMNS).iterator():
        found.setdefault(consent, {})[bucket] = _cell(said)
    return found


def _cell(said: list) -> Cell:
    first, last, *rest = said
    counts, (version, score, *means) = rest[: len(FACES)], rest[len(FACES) :]
    faces = {face: count for face, count in zip(FACES, counts, strict=True) if count}
    return Cell(first, last, faces, score, None if score is None else tuple(means), version)


class Recent(NamedTuple):
    """One participant's newest reading, and what the unbroken run of scored ones that it ends says."""

    sequence: int
    face: str
    expression: str
    engagement_version: str
    score: float | None = None  # mean of the run over the last STEP; None where the newest has none
    probabilities: tuple[float, ...] | None = None


# Without its time: to make thousands of them is half of what reading them would take.
NEWEST = ("sequence", "face", "expression", "engagement_version")


def read_since(
    session_id: uuid.UUID, since: datetime, *, consents: Collection[int] | None = None
) -> dict[int, Recent]:
    """By consent id, in one query: over a period that ends now and not on the border of a bucket."""
    readings = Reading.objects.filter(session=session_id, taken_at__gt=since).order_by("taken_at")
    if consents is not None:
        readings = readings.filter(consent__in=consents)
    own: dict[int, list[tuple]] = {}
    for consent, *said in readings.values_list("consent_id", *NEWEST, "score", *EXPRESSIONS).iterator():
        own.setdefault(consent, []).append(said)
    return {consent: _recent(rows) for consent, rows in own.items()}


def _recent(rows: list[tuple]) -> Recent:
    """What was read before a picture without a score, or by another formula, says nothing about now."""
    sequence, face, expression, version, *_ = rows[-1]
    run = []
    for _sequence, _face, _expression, made_by, *values in reversed(rows):
        if values[0] is None or made_by != version:
            break
        run.append(values)
    return Recent(sequence, face, expression, version, *mean_of_read(run))
