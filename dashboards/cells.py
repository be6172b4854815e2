"""Readings by participant and bucket: a few columns of many rows, read without making objects of them."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from emotion.buckets import Cell, bucket_of, mean_of_read
from emotion.labels import EXPRESSIONS
from emotion.models import BucketSummary, Reading
from emotion.states import FaceState

FACES = tuple(str(face) for face in FaceState)
COLUMNS = ("consent_id", "bucket", "first", "last", *FACES, "score", *EXPRESSIONS)

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
    counts, (score, *means) = rest[: len(FACES)], rest[len(FACES) :]
    faces = {face: count for face, count in zip(FACES, counts, strict=True) if count}
    return Cell(first, last, faces, score, None if score is None else tuple(means))


class Recent(NamedTuple):
    """What one participant's newest readings say, and the newest of them."""

    score: float | None
    probabilities: tuple[float, ...] | None
    face: str
    expression: str


def read_since(
    session_id: uuid.UUID, since: datetime, *, consents: Collection[int] | None = None
) -> dict[int, Recent]:
    """By consent id, in one query: over a period that ends now and not on the border of a bucket."""
    readings = Reading.objects.filter(session=session_id, taken_at__gt=since).order_by("taken_at")
    if consents is not None:
        readings = readings.filter(consent__in=consents)
    own: dict[int, list[tuple]] = {}
    for consent, *said in readings.values_list("consent_id", "face", "expression", "score", *EXPRESSIONS):
        own.setdefault(consent, []).append(said)
    return {consent: _recent(rows) for consent, rows in own.items()}


def _recent(rows: list[tuple]) -> Recent:
    face, expression, *_ = rows[-1]
    return Recent(*mean_of_read([values for _face, _expression, *values in rows]), face, expression)
