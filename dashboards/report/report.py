"""The session report: one object that the page, the CSV and every other format read."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median

from activities.models import Acknowledgement, Role
from classroom.models import ClassSession, Marker, Pulse
from dashboards.aggregates.class_history import ClassHistory
from dashboards.aggregates.class_line import ClassNumber
from dashboards.aggregates.coverage import Seconds, share_measured
from dashboards.aggregates.pulses import pulses_since
from dashboards.aggregates.roster import Period
from dashboards.aggregates.timeline import Timeline
from dashboards.charts.chart import Chart
from dashboards.charts.class_charts import class_chart, mix_chart
from dashboards.times import to_datetime
from emotion.models import FrameTally

from . import parts, pictures
from .lost import lost_by_step, lost_periods
from .model_facts import Formula, ModelFacts, model_facts
from .moments import Moment
from .questions import AskedQuestion, asked_questions, of_role
from .speaking import Hands, StudentsQuestion, hands, students_questions

# Seconds.
MINUTE = 60


@dataclass(frozen=True)
class Report:
    """What a session's teachers take away, from the database alone.

    Each part is computed when it is first read, so a format pays for what it holds.
    """

    timeline: Timeline

    @classmethod
    def of(cls, session: ClassSession, now: datetime) -> "Report":
        return cls(Timeline.of_class(session, now.timestamp()))

    @property
    def session(self) -> ClassSession:
        return self.timeline.session

    @property
    def until(self) -> datetime:
        return to_datetime(self.timeline.until)

    @property
    def begin(self) -> float:
        """Seconds since 1970."""
        return self.session.begins_at.timestamp()

    @property
    def duration(self) -> timedelta:
        return self.until - self.session.begins_at

    @property
    def joined(self) -> int:
        return len(self.timeline.roster)

    @property
    def with_camera(self) -> int:
        return sum(entry.ever_on for entry in self.timeline.roster)

    @property
    def readings_expired(self) -> bool:
        return self.timeline.readings_expired

    @cached_property
    def whole(self) -> ClassNumber | None:
        """The class's number; None where several versions of the formula made it."""
        return self.timeline.whole_class()

    @cached_property
    def eras(self) -> list[parts.EraNumber]:
        """The class's number of each version of the formula; none where one made the whole session."""
        return parts.era_numbers(self.timeline)

    @property
    def formulas(self) -> list[str]:
        """Versions of the engagement formula that made numbers of this report."""
        return sorted({era.version for era in self.timeline.eras})

    @property
    def formula(self) -> Formula:
        """The formula as it is today."""
        return Formula()

    @cached_property
    def coverage(self) -> float | None:
        return None if self.readings_expired else share_measured(self._seconds)

    @cached_property
    def gaps(self) -> list[parts.Gap]:
        return parts.gaps(self._seconds, shows_readings=self.timeline.shows_readings)

    @cached_property
    def _seconds(self) -> Seconds:
        return self.timeline.class_use.total()

    @cached_property
    def students(self) -> list[parts.StudentRow]:
        return parts.student_rows(self.timeline)

    @cached_property
    def markers(self) -> list[Marker]:
        return list(self.session.markers.all())

    @cached_property
    def names(self) -> dict[uuid.UUID, str]:
        """Students' names as the teacher's pages have them, in their order."""
        return {entry.id: entry.name for entry in self.timeline.roster}

    @cached_property
    def _pulses(self) -> list[Pulse]:
        return pulses_since(self.session, self.session.begins_at.timestamp())

    @cached_property
    def pulses(self) -> list[parts.PulseStep]:
        return parts.pulse_steps(self.session, self._pulses)

    @cached_property
    def asked(self) -> list[AskedQuestion]:
        return asked_questions(self.session, self.timeline.roster, self.timeline.until)

    @property
    def check_ins(self) -> list[AskedQuestion]:
        return of_role(self.asked, Role.CHECK_IN)

    @property
    def exit_tickets(self) -> list[AskedQuestion]:
        return of_role(self.asked, Role.EXIT_TICKET)

    @property
    def questions(self) -> list[AskedQuestion]:
        """The questions that are neither check-in nor exit ticket."""
        return of_role(self.asked, Role.NONE)

    @property
    def typical_share_answered(self) -> float | None:
        """The median, over the questions, of the share of the students in class who answered."""
        shares = [one.share_answered for one in self.asked if one.share_answered is not None]
        return median(shares) if shares else None

    @cached_property
    def students_questions(self) -> list[StudentsQuestion]:
        return students_questions(self.session, self.names)

    @cached_property
    def hands(self) -> Hands:
        return hands(self.session, self.names, self.until)

    @cached_property
    def acknowledgements(self) -> list[Acknowledgement]:
        """When the teacher said "Got it", oldest first."""
        return list(Acknowledgement.objects.filter(session=self.session).order_by("at", "pk"))

    @cached_property
    def lost_periods(self) -> list[list[Period]]:
        """When each student was lost, without saying who."""
        said = [one.at.timestamp() for one in self.acknowledgements]
        return lost_periods(self._pulses, said, self.timeline.roster, self.timeline.until)

    @cached_property
    def lost_by_minute(self) -> Counter[int]:
        """How many students were lost in each minute of the clock, counted since 1970."""
        return lost_by_step(self.lost_periods, MINUTE)

    @property
    def most_lost(self) -> int:
        return max(self.lost_by_minute.values(), default=0)

    @property
    def most_lost_at(self) -> datetime | None:
        """The first minute in which most were lost."""
        minutes = [minute for minute, count in self.lost_by_minute.items() if count == self.most_lost]
        return to_datetime(min(minutes) * MINUTE) if minutes else None

    @cached_property
    def history(self) -> ClassHistory:
        """What live pages counted in each ten seconds."""
        seen_lost = [one.at.timestamp() for one in self.acknowledgements]
        return pictures.history_of(
            self.timeline.roster,
            self._pulses,
            seen_lost,
            self.hands.all,
            begin=self.begin,
            until=self.timeline.until,
        )

    @cached_property
    def moments(self) -> list[Moment]:
        """What to revisit."""
        return pictures.moments_of(self)

    @property
    def shows_numbers(self) -> bool:
        """Whether there are numbers of cameras to show."""
        return self.session.teacher_sees_readings and not self.readings_expired

    @cached_property
    def lesson_chart(self) -> Chart | None:
        return pictures.lesson_of(self).chart()

    @cached_property
    def class_chart(self) -> Chart:
        return class_chart(pictures.class_points(self))

    @cached_property
    def mix_chart(self) -> Chart:
        return mix_chart(pictures.class_points(self))

    @cached_property
    def chart(self) -> parts.Chart:
        return parts.chart(self.timeline)

    @cached_property
    def tally(self) -> FrameTally | None:
        return FrameTally.objects.filter(session=self.session).first()

    @cached_property
    def versions(self) -> list[parts.ReadingVersions]:
        return parts.reading_versions(self.timeline)

    @cached_property
    def model(self) -> ModelFacts:
        return model_facts()
