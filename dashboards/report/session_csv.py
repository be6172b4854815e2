"""The session as CSV, ten seconds and participant to a row.

A class-only student has presence here, and nothing that comes from a reading.
"""

from collections.abc import Iterable, Iterator

from django.utils import translation

from classroom.models import ClassSession
from dashboards.aggregates.class_line import Exactness, exactness
from dashboards.aggregates.coverage import MEASURED, REASONS, main_gap
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.timeline import Timeline
from dashboards.times import to_datetime
from emotion.buckets import STEP_SECONDS, Cell
from emotion.vision.labels import EXPRESSIONS

from .csv_format import BOM, CsvFormat, as_typed, csv_lines, notice
from .report import Report

NOT_SHARED = "not shared"
NOT_SHOWN = "not shown in this mode"
# The column class_note.
NOTES = {
    Exactness.BLURRED: "blurred",
    Exactness.COARSE: "blurred, score to the nearest 0.1, counts are minimums",
    Exactness.HIDDEN: "too few to show, measured is a maximum",
}

ABOUT = (
    "session",
    "course",
    "legal_mode",
    "approver",
    "approval_document",
    "approved_from",
    "approved_until",
    "notice",
)
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

Row = Iterable[object]


def session_csv(report: Report, csv_format: CsvFormat) -> Iterator[str]:
    timeline, line = report.timeline, report.timeline.line
    # The same in every student's rows.
    class_columns = {line.first + index: _class_values(timeline, index) for index in range(len(line))}
    yield BOM + "".join(csv_lines([COLUMNS], csv_format))
    for entry in timeline.roster:
        yield _written(_rows_of(timeline, entry, class_columns), csv_format)


def _written(rows: Iterable[Row], csv_format: CsvFormat) -> str:
    # Columns and values are names for programs, the same whoever downloads them.
    with translation.override("en"):
        return "".join(csv_lines(rows, csv_format))


def _rows_of(timeline: Timeline, entry: RosterEntry, class_columns: dict[int, list[object]]) -> Iterator[Row]:
    own, withheld = timeline.cells_of(entry), _withheld(timeline, entry)
    about = about_cells(timeline.session)
    for bucket, seconds in sorted(timeline.use_of(entry).published(entry).items()):
        gap = main_gap(seconds)
        cell = own.get(bucket)
        yield [
            *about,
            as_typed(entry.name),
            timeline.numbers[entry.id],
            _shares(timeline, entry),
            to_datetime(bucket * STEP_SECONDS).isoformat(),
            to_datetime((bucket + 1) * STEP_SECONDS).isoformat(),
            round(sum(seconds.values()), 1),
            withheld or round(seconds.get(MEASURED, 0), 1),
            "" if gap is None else str(REASONS[gap]),
            withheld or (sum(cell.faces.values()) if cell else 0),
            *_own_values(cell, withheld),
            *class_columns[bucket],
        ]


def _shares(timeline: Timeline, entry: RosterEntry) -> str:
    if entry.level is None:
        return "no camera"
    return entry.level if timeline.shows_readings else NOT_SHOWN


def _withheld(timeline: Timeline, entry: RosterEntry) -> str:
    """The word in place of all that only this one's readings tell; empty where they are shown."""
    if not timeline.shows_readings:
        return NOT_SHOWN
    return NOT_SHARED if entry.is_class_only else ""


def _own_values(cell: Cell | None, withheld: str) -> list[object]:
    nothing = [""] * len(EXPRESSIONS)
    if withheld or cell is None or cell.score is None or cell.probabilities is None:
        return [withheld, withheld, *nothing]
    return [round(cell.score, 3), cell.expression, *(round(value, 3) for value in cell.probabilities)]


def _class_values(timeline: Timeline, index: int) -> list[object]:
    """The class's columns of one bucket."""
    if not timeline.shows_readings:
        return [NOT_SHOWN, *[""] * 6]
    line = timeline.line
    numbers, version = line.numbers(index), timeline.versions.get(line.first + index, "")
    mean = numbers.get("hidden") or numbers["mean"]
    values: list[object] = [mean, numbers.get("low"), numbers.get("high")]
    return [
        *("" if value is None else value for value in values),
        numbers["measured"],
        numbers["counted"],
        NOTES.get(exactness(numbers), ""),
        version,
    ]


def about_cells(session: ClassSession) -> list[str]:
    """Return what is said about the session as cells. The days of an approval stay dates."""
    about = about_session(session)
    return [
        text if name in ("approved_from", "approved_until") else as_typed(text)
        for name, text in about.items()
    ]


def about_session(session: ClassSession) -> dict[str, str]:
    """What stands in every row that leaves the product."""
    approval = session.confirmed_approval
    approved = (
        (
            approval.approver,
            approval.document,
            approval.valid_from.isoformat(),
            approval.valid_until.isoformat(),
        )
        if approval
        else ("", "", "", "")
    )
    about = (session.title, session.course.name, session.mode, *approved, notice(session))
    return dict(zip(ABOUT, about, strict=True))
