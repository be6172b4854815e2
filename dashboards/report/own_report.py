"""What a student sees of their own session: everything there is, and nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from activities.models import Acknowledgement, Question
from classroom.models import ClassSession, Participant
from dashboards.aggregates import coverage
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.timeline import Timeline
from dashboards.charts.chart import Chart
from dashboards.charts.lesson import Asked, Lesson, milliseconds
from dashboards.times import to_datetime, to_milliseconds
from emotion.buckets import STEP_SECONDS, Cell

from . import parts
from .lost import lost_periods
from .own_words import Said, own_answers, own_votes, own_words
from .pictures import history_of, lesson_steps
from .speaking import hands
from .strips import Strip


def own_chart(participant: Participant, entry: RosterEntry, until: float) -> Chart | None:
    """When they were lost, answered with their name and raised a hand."""
    session = participant.session
    begin = session.begins_at.timestamp()
    pulses = list(participant.pulses.order_by("at", "pk"))
    seen = list(Acknowledgement.objects.filter(session=session))
    up = hands(session, {participant.pk: entry.name}, to_datetime(until)).all
    seen_at = [one.at.timestamp() for one in seen]
    history = history_of([entry], pulses, seen_at, up, begin, until)
    lost = lost_periods(pulses, seen_at, [entry], until)
    ends = {period.end for own in lost for period in own}
    return Lesson(
        begin=to_milliseconds(begin),
        end=to_milliseconds(until),
        steps=lesson_steps(history, lost, begin, until),
        questions=[own_question(answer.question, until) for answer in own_answers(participant)],
        # Only those that ended a time in which this student was lost.
        got_it=[to_milliseconds(at) for at in seen_at if at in ends],
        is_own=True,
    ).chart()


def own_question(question: Question, until: float) -> Asked:
    end = question.closed_at or to_datetime(until)
    return Asked("", question.text, milliseconds(question.opened_at), milliseconds(end))


@dataclass(frozen=True)
class OwnReport:
    participant: Participant
    session: ClassSession
    entry: RosterEntry
    shows_readings: bool
    until: datetime
    present: timedelta
    coverage: float | None
    gaps: list[parts.Gap]
    strip: Strip
    means: list[parts.OwnMean]
    mix: list[tuple[str, float]]
    # What was read in each ten seconds, with the time at which they begin.
    steps: list[tuple[datetime, Cell]]
    said: list[Said]
    # The times in class.
    visits: list[parts.Visit]
    # The texts of students' questions that they voted for.
    votes: list[str]
    chart: Chart | None

    @cached_property
    def had_camera(self) -> bool:
        """Whether they ever agreed to use their camera. Without one there is nothing to say of it."""
        return self.session.had_camera and self.participant.consents.exists()

    @classmethod
    def of(cls, participant: Participant, now: datetime) -> "OwnReport":
        timeline = Timeline.of_participant(participant, now.timestamp())
        (entry,) = timeline.roster
        used, own = timeline.use_of(entry), timeline.cells_of(entry)
        seconds = used.total()
        shows_measured = timeline.shows_readings and not timeline.readings_expired
        usual = {
            version: baselines([entry], timeline.now, version=version)
            for version in parts.scores_by_version(own)
        }
        return cls(
            participant=participant,
            session=participant.session,
            entry=entry,
            shows_readings=timeline.shows_readings,
            until=to_datetime(timeline.until),
            present=parts.whole_seconds(sum(seconds.values())),
            coverage=coverage.share_measured(seconds) if shows_measured else None,
            gaps=parts.gaps(seconds, shows_readings=timeline.shows_readings),
            strip=Strip.of(used, own, first=timeline.first, last=timeline.last, shows_line=True),
            means=parts.own_means(entry, own, usual),
            mix=parts.mean_mix(own),
            steps=[(to_datetime(bucket * STEP_SECONDS), cell) for bucket, cell in sorted(own.items())],
            said=own_words(participant),
            visits=parts.visits(entry, timeline.until),
            votes=own_votes(participant),
            chart=own_chart(participant, entry, timeline.until),
        )
