"""Readings grouped in the database: one row per participant and ten seconds, at any length of class."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Avg, BigIntegerField, Count, FloatField, Func, Max, Min, Q

from emotion.labels import EXPRESSIONS
from emotion.models import FACE_STATES, Reading

# One step for screen, report and CSV: the same class has one number, and nothing is learnt by laying two
# grids over each other. Longer than SLOWEST_FRAME_INTERVAL: who is slowed down still has a reading in each.
STEP = timedelta(seconds=10)
STEP_SECONDS = int(STEP.total_seconds())

UNREAD_FACES = tuple(face for face in FACE_STATES if face != "seen")


def bucket_of(moment: datetime | float) -> int:
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment
    return int(seconds // STEP_SECONDS)


def bucket_start(bucket: int) -> datetime:
    return datetime.fromtimestamp(bucket * STEP_SECONDS, UTC)


class Bucket(Func):
    """Whole steps since 1970, counted by the database."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler, connection, **context):
        template = f"CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / {STEP_SECONDS}"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        template = f"FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / {STEP_SECONDS})::bigint"
        return self.as_sql(compiler, connection, template=template, **context)


class Epoch(Func):
    """Seconds since 1970, to the millisecond. A datetime object for each cell takes far longer."""

    output_field = FloatField()

    def as_sqlite(self, compiler, connection, **context):
        moment = "%(expressions)s"
        whole = f"CAST(strftime('%%%%s', {moment}) AS REAL)"
        fraction = f"CAST(substr(strftime('%%%%f', {moment}), 3) AS REAL)"  # of "07.250"
        return self.as_sql(compiler, connection, template=f"{whole} + {fraction}", **context)

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="EXTRACT(EPOCH FROM %(expressions)s)::float8", **context
        )


class Cell(NamedTuple):
    """What one participant's readings say about ten seconds."""

    first: float  # seconds since 1970
    last: float
    faces: dict[str, int]  # readings per face state
    score: float | None
    probabilities: tuple[float, ...] | None  # in the order of EXPRESSIONS

    @property
    def expression(self) -> str | None:
        """The expression with the highest mean probability."""
        if self.probabilities is None:
            return None
        return EXPRESSIONS[max(range(len(EXPRESSIONS)), key=self.probabilities.__getitem__)]


Cells = dict[int, dict[int, Cell]]  # consent id -> bucket -> cell


def cells(session_id: uuid.UUID, *, since: datetime | None = None, consent_id: int | None = None) -> Cells:
    """All cells of a session from the bucket that holds `since` on, in one query."""
    readings = Reading.objects.filter(session=session_id)
    if since is not None:
        readings = readings.filter(taken_at__gte=bucket_start(bucket_of(since)))
    if consent_id is not None:
        readings = readings.filter(consent=consent_id)
    found: Cells = {}
    readings = readings.annotate(bucket=Bucket("taken_at"))
    for consent, bucket, *aggregates in _grouped(readings, "consent_id", "bucket"):
        found.setdefault(consent, {})[bucket] = _cell(aggregates)
    return found


def cells_between(session_id: uuid.UUID, since: datetime, until: datetime) -> dict[int, Cell]:
    """One cell per consent over an arbitrary period: "now" is the last STEP."""
    readings = Reading.objects.filter(session=session_id, taken_at__gt=since, taken_at__lte=until)
    return {consent: _cell(aggregates) for consent, *aggregates in _grouped(readings, "consent_id")}


def newest_readings(session_id: uuid.UUID, since: datetime) -> dict[int, Reading]:
    """The newest reading of each consent since then."""
    recent = Reading.objects.filter(session=session_id, taken_at__gt=since).order_by()
    newest = recent.values("consent").annotate(newest=Max("pk")).values("newest")
    fields = ("consent_id", "taken_at", "face", "expression")
    return {reading.consent_id: reading for reading in Reading.objects.filter(pk__in=newest).only(*fields)}


def _grouped(readings, *keys: str):
    aggregates = {
        "first": Epoch(Min("taken_at")),
        "last": Epoch(Max("taken_at")),
        "readings": Count("pk"),
        **{f"n_{face}": Count("pk", filter=Q(face=face)) for face in UNREAD_FACES},
        "mean_score": Avg("score"),  # only a seen face has one, and probabilities
        **{f"mean_{name}": Avg(name) for name in EXPRESSIONS},
    }
    # Without order_by() the model's own ordering would join GROUP BY and make a group of each reading.
    return readings.order_by().values_list(*keys).annotate(**aggregates).values_list(*keys, *aggregates)


def _cell(aggregates: list) -> Cell:
    first, last, readings, *rest = aggregates
    unread, (score, *probabilities) = rest[: len(UNREAD_FACES)], rest[len(UNREAD_FACES) :]
    faces = {face: count for face, count in zip(UNREAD_FACES, unread, strict=True) if count}
    if seen := readings - sum(unread):
        faces["seen"] = seen
    mix = None if probabilities[0] is None else tuple(probabilities)
    return Cell(first, last, faces, score, mix)
