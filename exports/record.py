"""A session's rows: everything that leaves the product about it, made of what its report publishes.

Each table is made when it is first read, or was made before and kept (exports/keeping.py). No row goes around
the report, so what it hides, blurs or leaves out is hidden, blurred or left out in every format.
"""

import io
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, TypeVar, cast

from django.utils import timezone, translation
from pydantic import TypeAdapter

from classroom.models import ClassSession
from dashboards.report.report import Report
from dashboards.times import to_datetime

from . import class_rows, question_rows, schema, student_rows
from .clock import Clock, local

Made = TypeVar("Made")


def kept_or_made(make: "Callable[[SessionRecord], Made]") -> "cached_property[Made]":
    """A table: as it was kept, or made when it is first read."""
    name = make.__name__

    def read(record: "SessionRecord") -> Made:
        if record.archive is None:
            # One of the words in a report is a name: of an earlier version's student who gave none.
            with translation.override("en"):
                return make(record)
        return cast(Made, _adapter(name).validate_json(record.archive.read(name)))

    return cached_property(read)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    row: Any = schema.TABLES[name]
    return TypeAdapter(row if name == "session" else list[row])


@dataclass(frozen=True)
class SessionRecord:
    of_session: ClassSession
    now: datetime
    # The zone of its times: the site's, as on paper.
    time_zone: str
    # What all tables are read from where they were kept.
    archive: zipfile.ZipFile | None = None

    @classmethod
    def of(cls, report: Report) -> "SessionRecord":
        record = cls.as_of(report.session, to_datetime(report.timeline.now))
        # Where a cached property has its value.
        record.__dict__["report"] = report
        return record

    @classmethod
    def as_of(cls, session: ClassSession, now: datetime, kept: bytes = b"") -> "SessionRecord":
        archive = zipfile.ZipFile(io.BytesIO(kept)) if kept else None
        return cls(session, now, timezone.get_current_timezone_name(), archive)

    @cached_property
    def report(self) -> Report:
        with translation.override("en"):
            return Report.of(self.of_session, self.now)

    def as_archive(self, progress: Callable[[float], None]) -> bytes:
        """All tables, to be kept."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, name in enumerate(schema.TABLES, start=1):
                archive.writestr(name, _adapter(name).dump_json(getattr(self, name)))
                progress(place / len(schema.TABLES))
        return made.getvalue()

    @property
    def session_id(self) -> uuid.UUID:
        return self.of_session.pk

    @property
    def made_at(self) -> datetime:
        return local(self.now)

    @property
    def has_camera(self) -> bool:
        """Whether columns about cameras say anything."""
        return self.of_session.had_camera

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

    @kept_or_made
    def session(self) -> schema.Session:
        return class_rows.session_row(self.report, self.time_zone)

    @kept_or_made
    def minutes(self) -> list[schema.Minute]:
        return class_rows.minutes(self.report, self.clock)

    @kept_or_made
    def participants(self) -> list[schema.Participant]:
        return student_rows.participants(self.report)

    @kept_or_made
    def averages(self) -> list[schema.Average]:
        return [*class_rows.averages(self.report), *student_rows.averages(self.report)]

    @kept_or_made
    def visits(self) -> list[schema.Visit]:
        return student_rows.visits(self.report)

    @kept_or_made
    def participant_minutes(self) -> list[schema.ParticipantMinute]:
        return student_rows.participant_minutes(self.report, self.clock)

    @kept_or_made
    def questions(self) -> list[schema.Question]:
        return question_rows.questions(self.report)

    @kept_or_made
    def results(self) -> list[schema.Result]:
        return question_rows.results(self.report)

    @kept_or_made
    def answers(self) -> list[schema.Answer]:
        return question_rows.answers(self.report)

    @kept_or_made
    def student_questions(self) -> list[schema.StudentQuestion]:
        return question_rows.student_questions(self.report)

    @kept_or_made
    def hands(self) -> list[schema.Hand]:
        return student_rows.hands(self.report)

    @kept_or_made
    def feedback(self) -> list[schema.Feedback]:
        return class_rows.feedback(self.report)

    @kept_or_made
    def markers(self) -> list[schema.Marker]:
        return class_rows.markers(self.report)

    @kept_or_made
    def gaps(self) -> list[schema.Gap]:
        return [*class_rows.gaps(self.report), *student_rows.gaps(self.report)]
