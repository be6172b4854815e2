"""What a student sees of their own session: everything there is, and nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from activities.models import Acknowledgement
from classroom.models import ClassSession, Participant, Pulse
from dashboards.aggregates import coverage
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.timeline import Timeline
from dashboards.times import to_datetime
from emotion.buckets import STEP_SECONDS, Cell

from . import parts
from .axis import Axis, axis
from .own_words import Said, own_answers, own_votes, own_words
from .speaking import hands
from .strips import Strip


def own_axis(participant: Participant, entry: RosterEntry, until: float) -> Axis:
    """When they were lost, answered with their name and raised a hand."""
    session = participant.session
    pulses = list(participant.pulses.order_by("at", "pk"))
    was_lost = any(pulse.kind == Pulse.Kind.LOST for pulse in pulses)
    return axis(
        session.begins_at.timestamp(),
        until,
        roster=[entry],
        pulses=pulses,
        # They mean nothing to somebody who was not lost.
        acknowledgements=list(Acknowledgement.objects.filter(session=session)) if was_lost else [],
        questions=[("", answer.question) for answer in own_answers(participant)],
        hands=hands(session, {participant.pk: entry.name}, to_datetime(until)).all,
        markers=[],
    )


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
    # When they were in class.
    visits: list[parts.Visit]
    # The texts of students' questions that they voted for.
    votes: list[str]
    axis: Axis

    @cached_property
    def had_camera(self) -> bool:
        """Whether they ever agreed to use their camera. Without one there is nothing to say of it."""
        return self.session.had_camera and self.participant.consents.exists()

    @classmethod
    def of(cls, participant: Participant, now: datetime) -> "OwnReport":
        timeline = Timeline.of_participant(participant, now.timestamp())
        (entry,) = timeline.roster
        used, own = timeline.use_of(entry), timeline.cells_of(entry)
        seconds = coverage.total(used)
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
            axis=own_axis(participant, entry, timeline.until),
        )
