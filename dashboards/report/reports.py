"""The session report, from the database alone."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import fmean

from django.conf import settings

from classroom.models import ClassSession, Participant, Pulse
from dashboards.aggregates import coverage, pulses
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.seats import Seat
from dashboards.aggregates.small_groups import consents_to_tell
from dashboards.aggregates.timeline import Timeline
from emotion.buckets import Cell, bucket_start
from emotion.models import FrameTally, Reading
from emotion.vision.labels import EXPRESSIONS

from . import model_facts, strips

PULSE_STEP = timedelta(minutes=5)
NO_GAP = {coverage.MEASURED, coverage.CAMERA_ON}


def report(session: ClassSession, now: datetime) -> dict:
    timeline = Timeline.of_class(session, now)
    sharing = [seat for seat in timeline.seats if seat.shares_own_line and timeline.shows_readings]
    usual = {made: baselines(sharing, now, version=made) for made in {era.version for era in timeline.eras}}
    return {
        "session": session,
        "until": timeline.until,
        "duration": timeline.until - session.opened_at,
        "attendance": len(timeline.seats),
        "with_camera": sum(seat.ever_on for seat in timeline.seats),
        "whole": timeline.whole_class() if len(timeline.eras) < 2 else None,
        "eras": timeline.whole_eras(),
        "formulas": sorted({era.version for era in timeline.eras}),
        "formula": model_facts.formula(),
        "covered": None if timeline.readings_expired else coverage.share_measured(timeline.spent),
        "gaps": gap_rows(timeline.spent, shows_readings=timeline.shows_readings),
        "students": [student(timeline, seat, usual) for seat in timeline.seats],
        "markers": list(session.markers.all()),
        "pulses": pulse_rows(session),
        "chart": chart(timeline),
        "smallest_group": settings.SMALLEST_GROUP,
        "tally": FrameTally.objects.filter(session=session).first(),
        "versions": versions(timeline),
        **model_facts.model(),
        "readings_expired": timeline.readings_expired,
    }


def chart(timeline: Timeline) -> dict:
    """The class line with its band, coverage, mix and markers: drawn by the page, and its table too."""
    line = timeline.class_line(timeline.merge)
    spent: dict[int, Counter] = defaultdict(Counter)
    for bucket, seconds in timeline.spent_by_step.items():
        spent[bucket // timeline.merge].update(seconds)
    covered = [coverage.share_measured(spent[line.first + index]) for index in range(len(line))]
    return {
        "step": line.step,
        "formulas": [
            {"version": era.version, "at": bucket_start(era.first).timestamp() * 1000}
            for era in timeline.eras
        ],
        "from": round(timeline.session.opened_at.timestamp() * 1000),
        "now": round(timeline.until.timestamp() * 1000),
        "markers": [{"at": round(marker.at.timestamp() * 1000)} for marker in timeline.session.markers.all()],
        "points": [
            {**point, "coverage": None if share is None else round(share, 2)}
            for point, share in zip(line.points, covered, strict=True)
        ],
    }


def student(timeline: Timeline, seat: Seat, usual: dict[str, dict]) -> dict:
    """One participant's row. Of those who do not share their line only presence: no score, no face."""
    shares = timeline.shows_readings and seat.shares_own_line
    shows_measured = timeline.shows_readings and not (seat.is_class_only or timeline.readings_expired)
    spent = coverage.told_of(seat, timeline.accounts[seat.id])
    own = timeline.cells_of(seat) if shares else {}
    seconds = coverage.total(spent)
    return {
        "seat": seat,
        "present": timedelta(seconds=round(sum(seconds.values()))),
        "covered": coverage.share_measured(seconds) if shows_measured else None,
        "gaps": gap_rows(seconds, shows_readings=timeline.shows_readings),
        "picture": strips.picture(spent, own, first=timeline.first, last=timeline.last, shows_line=shares),
        "means": own_means(seat, own, usual) if shares else [],
    }


def own_report(participant: Participant, now: datetime) -> dict:
    """What a participant sees of themselves: everything there is, and nobody else."""
    timeline = Timeline.of_participant(participant, now)
    (seat,) = timeline.seats
    spent, own = timeline.accounts[seat.id], timeline.cells_of(seat)
    seconds = coverage.total(spent)
    shows_measured = timeline.shows_readings and not timeline.readings_expired
    usual = {made: baselines([seat], now, version=made) for made in _versions_of(own)}
    return {
        "session": participant.session,
        "shows_readings": timeline.shows_readings,
        "participant": participant,
        "seat": seat,
        "until": timeline.until,
        "present": timedelta(seconds=round(sum(seconds.values()))),
        "covered": coverage.share_measured(seconds) if shows_measured else None,
        "gaps": gap_rows(seconds, shows_readings=timeline.shows_readings),
        "picture": strips.picture(spent, own, first=timeline.first, last=timeline.last, shows_line=True),
        "means": own_means(seat, own, usual),
        "mix": mean_mix(own),
        "steps": [(bucket_start(bucket), cell) for bucket, cell in sorted(own.items())],
        "pulses": list(participant.pulses.all()),
        "smallest_group": seat.smallest_group,
        **model_facts.model(),
    }


def own_means(seat: Seat, cells: dict[int, Cell], usual: dict[str, dict]) -> list[dict]:
    """A student's own mean by each version of the formula that scored them, with their usual by it."""
    return [
        {
            "version": made,
            "mean": fmean(scores),  # each ten seconds count the same, as in the class line
            "usual": usual.get(made, {}).get(seat.id),
        }
        for made, scores in sorted(_versions_of(cells).items())
    ]


def _versions_of(cells: dict[int, Cell]) -> dict[str, list[float]]:
    scores = defaultdict(list)
    for cell in cells.values():
        if cell.score is not None:
            scores[cell.engagement_version].append(cell.score)
    return scores


def mean_mix(cells: dict[int, Cell]) -> list[tuple[str, float]]:
    """The same of their probabilities."""
    mixes = [cell.probabilities for cell in cells.values() if cell.probabilities is not None]
    if not mixes:
        return []
    return list(zip(EXPRESSIONS, map(fmean, zip(*mixes, strict=True)), strict=True))


def gap_rows(seconds: Counter, *, shows_readings: bool) -> list[dict]:
    """The reasons for what was not measured, longest first; shares are of the time that coverage is of, and
    where no reading is shown, of all time."""
    untold = seconds.get(coverage.CAMERA_ON, 0.0) if shows_readings else 0.0
    possible = sum(seconds.values()) - untold
    gaps = ((spent, reason) for reason, spent in seconds.items() if reason not in NO_GAP)
    return [
        {
            "reason": reason,
            "label": coverage.REASONS[reason],
            "time": timedelta(seconds=round(spent)),
            "share": spent / possible,
        }
        for spent, reason in sorted(gaps, reverse=True)
        if spent >= 0.5
    ]


def pulse_rows(session: ClassSession) -> list[dict]:
    """What students said, in steps of five minutes: of each student the newest word of a kind."""
    steps: dict[int, list[Pulse]] = {}
    for pulse in pulses.pulses_since(session, session.opened_at):
        steps.setdefault((pulse.at - session.opened_at) // PULSE_STEP, []).append(pulse)
    return [
        {"from": session.opened_at + step * PULSE_STEP, "said": pulses.voices(steps[step])}
        for step in sorted(steps)
    ]


def versions(timeline: Timeline) -> list[dict]:
    """Which model and which formula made the readings."""
    told = consents_to_tell(seat for seat in timeline.seats if seat.ever_on)
    made = (
        Reading.objects.filter(session=timeline.session, consent__in=told).unexpired(timeline.now).order_by()
    )
    return list(made.values("recogniser_version", "engagement_version").distinct())
