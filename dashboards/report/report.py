"""The session report: one object that the page, the CSV and every other format read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from classroom.models import ClassSession, Marker
from dashboards.aggregates.class_line import ClassNumber
from dashboards.aggregates.coverage import Seconds, share_measured, total
from dashboards.aggregates.timeline import Timeline
from dashboards.times import to_datetime
from emotion.models import FrameTally

from . import parts
from .model_facts import Formula, ModelFacts, model_facts


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
        return total(self.timeline.class_use)

    @cached_property
    def students(self) -> list[parts.StudentRow]:
        return parts.student_rows(self.timeline)

    @cached_property
    def markers(self) -> list[Marker]:
        return list(self.session.markers.all())

    @cached_property
    def pulses(self) -> list[parts.PulseStep]:
        return parts.pulse_steps(self.session)

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
