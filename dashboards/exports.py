"""The session as CSV, ten seconds and participant to a row, and a student's own readings.

A participant whose readings only count in the class has presence here, and nothing that a reading told.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from classroom.models import ClassSession, Participant
from emotion.buckets import Cell, bucket_start
from emotion.labels import EXPRESSIONS
from emotion.models import Reading

from .coverage import MEASURED, REASONS, Account, main_gap, told_of
from .lines import Exactness, exactness
from .seats import Seat
from .sheets import BOM, Marks, as_typed, csv_lines
from .summaries import ClassLine
from .timeline import Timeline

NOT_SHARED = "not shared"
NOT_SHOWN = "not shown in this mode"
# Of the class's columns.
NOTES = {
    Exactness.BLURRED: "blurred",
    Exactness.COARSE: "blurred, score to the nearest 0.1, counts are minimums",
    Exactness.HIDDEN: "too few to show, measured is a maximum",
}

ABOUT = ("session", "legal_mode", "approver", "notice")
COLUMNS = (
    *ABOUT,
    "participant",
    "seat",
    "shares",
    "from",
    "to",
    "seconds_present",
    "seconds_measured",
    "main_gap",
    "readings",
    "score",
    "expression",
    *EXPRESSIONS,
    "class_score",
    "class_low",
    "class_high",
    "class_measured",
    "class_counted",
    "class_note",
    "engagement_version",
)
DECISION = (
    "level",
    "text_version",
    "mode",
    "smallest_group",
    "retention_days",
    "given_at",
    "withdrawn_at",
)
OWN_COLUMNS = (
    "taken_at",
    "face",
    "facing",
    "expression",
    *EXPRESSIONS,
    "score",
    "recogniser_version",
    "engagement_version",
)


def session_csv(timeline: Timeline, marks: Marks) -> AsyncIterator[str]:
    """Sent while it is written. What takes long is made in the view's thread, and not beside the sockets."""
    return _lines(timeline, _class_columns(timeline), timeline.accounts, marks)


async def _lines(
    timeline: Timeline, class_columns: dict[int, list[object]], accounts: dict, marks: Marks
) -> AsyncIterator[str]:
    yield BOM + "".join(csv_lines([COLUMNS], marks))
    for seat in timeline.seats:
        rows = seat_rows(timeline, seat, accounts[seat.id], class_columns)
        yield await asyncio.to_thread(lambda rows=rows: "".join(csv_lines(rows, marks)))


def _class_columns(timeline: Timeline) -> dict[int, list[object]]:
    """The class's columns of each bucket, the same in every student's rows."""
    line = timeline.line
    return {line.first + index: _class_values(timeline, line, index) for index in range(len(line))}


def seat_rows(
    timeline: Timeline, seat: Seat, spent: Account, class_columns: dict[int, list[object]]
) -> Iterator[list[object]]:
    session, own, withheld = timeline.session, timeline.cells_of(seat), _withheld(timeline, seat)
    about = _about_columns(session)
    for bucket, seconds in sorted(told_of(seat, spent).items()):
        gap = main_gap(seconds)
        cell = own.get(bucket)
        yield [
            *about,
            as_typed(seat.name),
            timeline.numbers[seat.id],
            _shares(timeline, seat),
            bucket_start(bucket).isoformat(),
            bucket_start(bucket + 1).isoformat(),
            round(sum(seconds.values()), 1),
            withheld or round(seconds.get(MEASURED, 0), 1),
            "" if gap is None else str(REASONS[gap]),
            withheld or (sum(cell.faces.values()) if cell else 0),
            *_own_values(cell, withheld),
            *class_columns[bucket],
        ]


def _shares(timeline: Timeline, seat: Seat) -> str:
    if seat.level is None:
        return "no camera"
    return seat.level if timeline.shows_readings else NOT_SHOWN


def _withheld(timeline: Timeline, seat: Seat) -> str:
    """The word in place of all that only this one's readings tell; empty where they are shown."""
    if not timeline.shows_readings:
        return NOT_SHOWN
    return NOT_SHARED if seat.is_class_only else ""


def _own_values(cell: Cell | None, withheld: str) -> list[object]:
    nothing = [""] * len(EXPRESSIONS)
    if withheld or cell is None or cell.score is None:
        return [withheld, withheld, *nothing]
    return [round(cell.score, 3), cell.expression, *(round(value, 3) for value in cell.probabilities)]


def _class_values(timeline: Timeline, line: ClassLine, index: int) -> list[object]:
    if not timeline.shows_readings:
        return [NOT_SHOWN, *[""] * 6]
    point, version = line.point(index), timeline.versions.get(line.first + index, "")
    mean = point.get("hidden") or point["mean"]
    values = [mean, point.get("low"), point.get("high")]
    return ["" if value is None else value for value in values] + [
        point["measured"],
        point["counted"],
        NOTES.get(exactness(point), ""),
        version,
    ]


def about_session(session: ClassSession) -> dict[str, str]:
    """What stands in every row that leaves the product."""
    approval = str(session.approval or "")
    return dict(zip(ABOUT, (session.title, session.mode, approval, "not for grading"), strict=True))


def _about_columns(session: ClassSession) -> list[str]:
    return [as_typed(text) for text in about_session(session).values()]


def own_data(participant: Participant, now: datetime) -> dict:
    """Everything that is stored about this participant."""
    return {
        **about_session(participant.session),
        "name": participant.display_name,
        "receipt_code": participant.receipt_code,
        "joined_at": participant.joined_at,
        "entered_at": participant.entered_at,
        "left_at": participant.left_at,
        "last_seen_at": participant.last_seen_at,
        "was_removed": participant.was_removed,
        "decisions": list(participant.consents.values(*DECISION)),
        "presence": list(participant.presences.values("state", "since")),
        "said": list(participant.pulses.values("kind", "value", "at")),
        "readings": own_readings(participant, now),
    }


def own_readings(participant: Participant, now: datetime) -> list[dict]:
    """Every reading of this participant that is kept, as it is stored."""
    own = Reading.objects.filter(consent__participant=participant)
    readings = own.unexpired(now).order_by("taken_at", "pk")
    return [
        {**row, "taken_at": row["taken_at"].astimezone(UTC).isoformat(timespec="milliseconds")}
        for row in readings.values(*OWN_COLUMNS)
    ]


def own_csv(participant: Participant, now: datetime, marks: Marks) -> str:
    """Their readings alone: a table has room for one kind of row."""
    about = _about_columns(participant.session)
    rows = (
        [*about, *("" if value is None else value for value in row.values())]
        for row in own_readings(participant, now)
    )
    return BOM + "".join(csv_lines([(*ABOUT, *OWN_COLUMNS), *rows], marks))
