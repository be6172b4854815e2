"""The named parts of which reports are made, and how they follow from a timeline."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple, TypedDict

from classroom.models import ClassSession, Pulse
from dashboards.aggregates import coverage
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.class_line import ClassNumber, Point
from dashboards.aggregates.own_cells import NOTHING, OwnCells
from dashboards.aggregates.pulses import count_opinions
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.small_groups import consents_to_show
from dashboards.aggregates.timeline import Timeline
from dashboards.times import to_datetime, to_milliseconds
from emotion.buckets import STEP_SECONDS, Cell
from emotion.packing import read_versions
from emotion.vision.labels import EXPRESSIONS

from .strips import Strip

# Steps a chart can show in the width of a page; each is a multiple of ten seconds that people count in.
MOST_POINTS = 400
MERGES = (1, 3, 6, 12, 30, 60, 180, 360)
PULSE_STEP_SECONDS = 5 * 60
Baselines = Mapping[str, Mapping[uuid.UUID, float]]
"""By version of the formula and participant."""
NO_GAP = {coverage.MEASURED, coverage.CAMERA_ON, coverage.PRESENT}


@dataclass(frozen=True)
class Gap:
    """Time that was not measured, for one reason."""

    reason: str
    label: str
    time: timedelta
    # The share of the time that coverage counts or, where no reading is shown, of all time.
    share: float


@dataclass(frozen=True)
class OwnMean:
    """A student's own mean by one version of the formula, with their usual by it."""

    version: str
    mean: float
    usual: float | None


class Visit(NamedTuple):
    """Time in class without a break."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class StudentRow:
    """One participant. Of those who do not share their line only presence: no score, no face."""

    entry: RosterEntry
    visits: list[Visit]
    present: timedelta
    coverage: float | None
    gaps: list[Gap]
    strip: Strip
    means: list[OwnMean]


@dataclass(frozen=True)
class EraNumber:
    """The class's number over the time in which one version of the formula made it."""

    version: str
    since: datetime
    number: ClassNumber


@dataclass(frozen=True)
class PulseStep:
    """What students said in five minutes."""

    since: datetime
    said: Mapping[str, int]


@dataclass(frozen=True)
class ReadingVersions:
    """Which model and which formula made readings."""

    recogniser: str
    formula: str


class ChartFormula(TypedDict):
    version: str
    at: int


class ChartMarker(TypedDict):
    at: int


# A key of it is a keyword of Python.
Chart = TypedDict(
    "Chart",
    {
        "step": int,
        "formulas": list[ChartFormula],
        "from": int,
        "now": int,
        "markers": list[ChartMarker],
        "points": list[Point],
    },
)


def chart(timeline: Timeline) -> Chart:
    """The class line with band, coverage, mix and markers, as JSON for the page. Times are milliseconds."""
    session, merge = timeline.session, _merge(timeline)
    return {
        "step": merge * STEP_SECONDS,
        "formulas": [
            {"version": era.version, "at": era.first * STEP_SECONDS * 1000} for era in timeline.eras
        ],
        "from": to_milliseconds(session.begins_at.timestamp()),
        "now": to_milliseconds(timeline.until),
        "markers": [{"at": to_milliseconds(marker.at.timestamp())} for marker in session.markers.all()],
        "points": timeline.points(merge),
    }


def _merge(timeline: Timeline) -> int:
    """How many buckets make one step of the chart."""
    wanted = (timeline.last - timeline.first + 1) / MOST_POINTS
    return next((merge for merge in MERGES if merge >= wanted), MERGES[-1])


def era_numbers(timeline: Timeline) -> list[EraNumber]:
    """None where one version made the whole session: then it has one number."""
    if len(timeline.eras) < 2:
        return []
    return [
        EraNumber(
            era.version,
            to_datetime(era.first * STEP_SECONDS),
            timeline.line.part(era.first, era.last).whole(),
        )
        for era in timeline.eras
    ]


def student_rows(timeline: Timeline) -> list[StudentRow]:
    sharing = [entry for entry in timeline.roster if entry.shares_own_line and timeline.shows_readings]
    usual = {
        version: baselines(sharing, timeline.now, version=version)
        for version in {era.version for era in timeline.eras}
    }
    return [_student_row(timeline, entry, usual) for entry in timeline.roster]


def _student_row(timeline: Timeline, entry: RosterEntry, usual: Baselines) -> StudentRow:
    shares = timeline.shows_readings and entry.shares_own_line
    shows_measured = timeline.shows_readings and not (entry.is_class_only or timeline.readings_expired)
    used = timeline.use_of(entry).published(entry)
    own = timeline.cells_of(entry) if shares else NOTHING
    seconds = used.total()
    return StudentRow(
        entry=entry,
        visits=visits(entry, timeline.until),
        present=whole_seconds(sum(seconds.values())),
        coverage=coverage.share_measured(seconds) if shows_measured else None,
        gaps=gaps(seconds, shows_readings=timeline.shows_readings),
        strip=Strip.of(used, own, first=timeline.first, last=timeline.last, shows_line=shares),
        means=own_means(entry, own, usual),
    )


def visits(entry: RosterEntry, until: float) -> list[Visit]:
    return [Visit(to_datetime(begin), to_datetime(end)) for begin, end in entry.visits(until)]


def own_means(entry: RosterEntry, cells: Mapping[int, Cell], usual: Baselines) -> list[OwnMean]:
    """Return a student's mean scores. All ten-second steps have the same weight, as in the class line."""
    return [
        OwnMean(version, fmean(scores), usual.get(version, {}).get(entry.id))
        for version, scores in sorted(scores_by_version(cells).items())
    ]


def scores_by_version(cells: Mapping[int, Cell]) -> dict[str, list[float]]:
    own = OwnCells.of(cells).scored
    made_by = own.table["version"]
    return {version: own.scores[made_by == version.encode()].tolist() for version in own.versions}


def mean_mix(cells: Mapping[int, Cell]) -> list[tuple[str, float]]:
    """The mean probability of each expression; each ten seconds count the same."""
    mixes = [cell.probabilities for cell in cells.values() if cell.probabilities is not None]
    if not mixes:
        return []
    return list(zip(EXPRESSIONS, map(fmean, zip(*mixes, strict=True)), strict=True))


def gaps(seconds: coverage.Seconds, *, shows_readings: bool) -> list[Gap]:
    """The reasons for what was not measured, longest first."""
    withheld = seconds.get(coverage.CAMERA_ON, 0.0) if shows_readings else 0.0
    possible = sum(seconds.values()) - withheld
    found = ((spent, reason) for reason, spent in seconds.items() if reason not in NO_GAP)
    return [
        Gap(reason, str(coverage.REASONS[reason]), whole_seconds(spent), spent / possible)
        for spent, reason in sorted(found, reverse=True)
        if spent >= 0.5
    ]


def whole_seconds(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds))


def pulse_steps(session: ClassSession, pulses: Iterable[Pulse]) -> list[PulseStep]:
    """What students said, of each student the newest pulse of a kind in five minutes."""
    opened = session.begins_at.timestamp()
    steps = defaultdict(list)
    for pulse in pulses:
        steps[int((pulse.at.timestamp() - opened) // PULSE_STEP_SECONDS)].append(pulse)
    return [
        PulseStep(to_datetime(opened + step * PULSE_STEP_SECONDS), count_opinions(said))
        for step, said in sorted(steps.items())
    ]


def reading_versions(timeline: Timeline) -> list[ReadingVersions]:
    """Return the versions behind the readings of students whose pictures may be said to have arrived."""
    shown = consents_to_show(entry for entry in timeline.roster if entry.ever_on)
    versions = read_versions(timeline.session, shown, to_datetime(timeline.now))
    return [ReadingVersions(*made_by) for made_by in versions]
