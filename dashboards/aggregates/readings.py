"""Readings by participant and bucket: a few columns of many rows, read without making objects of them."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dashboards.times import to_datetime
from emotion.buckets import mean_of_read
from emotion.models import Reading
from emotion.packing import read_tables
from emotion.vision.labels import EXPRESSIONS

from .own_cells import NOTHING, OwnCells
from .roster import RosterEntry

Cells = Mapping[int, OwnCells]
"""What each bucket's readings say, by consent id."""


# Values of these columns, as the database gives them.
Row = Sequence[Any]


def read_cells(
    session_id: uuid.UUID, *, since: int | None = None, consents: Collection[int] | None = None
) -> Cells:
    """A session's cells, of everybody or of these consents, from the bucket `since` on."""
    tables = read_tables(session_id, since=since, consents=consents)
    return {consent: OwnCells(table) for consent, table in tables.items()}


def cells_of(cells: Cells, entry: RosterEntry) -> OwnCells:
    return NOTHING if entry.consent_id is None else cells.get(entry.consent_id, NOTHING)


def unexpired(cells: Cells, roster: Iterable[RosterEntry], now: float) -> Cells:
    """The cells that may still be shown, whether or not the nightly task has erased the others."""
    kept = {}
    for entry in roster:
        if entry.consent_id is not None and entry.consent_id in cells:
            kept[entry.consent_id] = cells[entry.consent_id].since(entry.kept_since(now))
    return kept


class Newest(NamedTuple):
    """One participant's newest reading, with the means of the unbroken run of scored ones that it ends."""

    sequence: int
    face: str
    expression: str
    engagement_version: str
    # Over the last STEP; None where the newest reading has no score.
    score: float | None = None
    probabilities: tuple[float, ...] | None = None


# Without the time: to make thousands of datetimes is half of what reading them would take.
NEWEST = ("sequence", "face", "expression", "engagement_version")


def newest_readings(
    session_id: uuid.UUID, since: float, *, consents: Collection[int] | None = None
) -> dict[int, Newest]:
    """Return each consent's newest reading since a moment in the middle of a bucket, in one query."""
    readings = Reading.objects.filter(session=session_id, taken_at__gt=to_datetime(since))
    if consents is not None:
        readings = readings.filter(consent__in=consents)
    rows = readings.order_by("taken_at").values_list("consent_id", *NEWEST, "score", *EXPRESSIONS)
    own: dict[int, list[Row]] = {}
    for consent, *values in rows.iterator():
        own.setdefault(consent, []).append(values)
    return {consent: _newest(rows) for consent, rows in own.items()}


def _newest(rows: Sequence[Row]) -> Newest:
    """What was read before a picture without a score, or by another formula, says nothing about now."""
    sequence, face, expression, version, *_ = rows[-1]
    run = []
    for _sequence, _face, _expression, made_by, *values in reversed(rows):
        if values[0] is None or made_by != version:
            break
        run.append(values)
    return Newest(sequence, face, expression, version, *mean_of_read(run))
