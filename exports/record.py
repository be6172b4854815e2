"""A session's rows: everything that leaves the product about it, made of what its report publishes.

Each table is made when it is first read. No row goes around the report, so what it hides, blurs or leaves out
is hidden, blurred or left out in every format.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.utils import timezone

from dashboards.report.report import Report
from dashboards.times import to_datetime

from . import class_rows, question_rows, schema, student_rows
from .clock import Clock, local


@dataclass(frozen=True)
class SessionRecord:
    report: Report
    # Of its times: the site's, as on paper.
    time_zone: str

    @classmethod
    def of(cls, report: Report) -> "SessionRecord":
        return cls(report, timezone.get_current_timezone_name())

    @property
    def session_id(self) -> uuid.UUID:
        return self.report.session.pk

    @property
    def made_at(self) -> datetime:
        return local(to_datetime(self.report.timeline.now))

    @property
    def has_camera(self) -> bool:
        """Whether columns about cameras say anything."""
        return self.report.session.had_camera

    def table(self, name: str) -> Sequence[schema.Row]:
        """The rows of one of schema.TABLES."""
        rows: Any = getattr(self, name)
        return [rows] if name == "session" else cast(Sequence[schema.Row], rows)

    @cached_property
    def names(self) -> dict[int, str]:
        """Students' names by their number in this session."""
        return {row.participant: row.name for row in self.participants}

    @cached_property
    def clock(self) -> Clock:
        return Clock.of(self.report.timeline)

    @cached_property
    def session(self) -> schema.Session:
        return class_rows.session_row(self.report, self.time_zone)

    @cached_property
    def minutes(self) -> list[schema.Minute]:
        return class_rows.minutes(self.report, self.clock)

    @cached_property
    def participants(self) -> list[schema.Participant]:
        return student_rows.participants(self.report)

    @cached_property
    def averages(self) -> list[schema.Average]:
        return [*class_rows.averages(self.report), *student_rows.averages(self.report)]

    @cached_property
    def visits(self) -> list[schema.Visit]:
        return student_rows.visits(self.report)

    @cached_property
    def participant_minutes(self) -> list[schema.ParticipantMinute]:
        return student_rows.participant_minutes(self.report, self.clock)

    @cached_property
    def questions(self) -> list[schema.Question]:
        return question_rows.questions(self.report)

    @cached_property
    def results(self) -> list[schema.Result]:
        return question_rows.results(self.report)

    @cached_property
    def answers(self) -> list[schema.Answer]:
        return question_rows.answers(self.report)

    @cached_property
    def student_questions(self) -> list[schema.StudentQuestion]:
        return question_rows.student_questions(self.report)

    @cached_property
    def hands(self) -> list[schema.Hand]:
        return student_rows.hands(self.report)

    @cached_property
    def feedback(self) -> list[schema.Feedback]:
        return class_rows.feedback(self.report)

    @cached_property
    def markers(self) -> list[schema.Marker]:
        return class_rows.markers(self.report)

    @cached_property
    def gaps(self) -> list[schema.Gap]:
        return [*class_rows.gaps(self.report), *student_rows.gaps(self.report)]
