"""The sessions of a course on one axis, from the oldest to the newest."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone

from classroom.models import ClassSession, Course
from classroom.models.session_queryset import ClassSessionQuerySet
from dashboards.report.questions import AskedQuestion
from dashboards.report.report import Report

from .answers import Series, repeated_questions
from .figures import SessionFigures, session_figures

# What a page can draw beside each other: two lessons a week for half a year.
MOST_SESSIONS = 60
# Days on which there may be sessions.
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Term:
    """The days of which sessions are shown. None: without a bound."""

    since: date | None = None
    until: date | None = None

    @classmethod
    def of_texts(cls, since: str, until: str) -> "Term":
        """Make a term from ISO dates. An empty text is no bound."""
        return cls(*(date.fromisoformat(text) if text else None for text in (since, until)))

    def as_texts(self) -> dict[str, str]:
        return {name: day.isoformat() for name, day in asdict(self).items() if day}


@dataclass(frozen=True)
class Row:
    """One session, with what it answered to each repeated question: None where that was not asked."""

    figures: SessionFigures
    asked: list[AskedQuestion | None]

    @property
    def session(self) -> ClassSession:
        return self.figures.session


@dataclass(frozen=True)
class CourseOverview:
    course: Course
    sessions: Sequence[ClassSession]
    # Whether older sessions of the term are left out.
    is_cut: bool
    now: datetime
    _reports: dict[uuid.UUID, Report] = field(default_factory=dict)

    @classmethod
    def of(cls, course: Course, term: Term, now: datetime) -> "CourseOverview":
        newest = list(sessions_of(course, term).order_by("-opened_at")[: MOST_SESSIONS + 1])
        shown = newest[:MOST_SESSIONS][::-1]
        for session in shown:
            session.course = course
        return cls(course, shown, len(newest) > MOST_SESSIONS, now)

    @cached_property
    def repeated(self) -> list[Series]:
        return repeated_questions(self.sessions)

    @cached_property
    def reports(self) -> list[Report]:
        return [self.report(session) for session in self.sessions]

    def report(self, session: ClassSession) -> Report:
        """Every number of a session is that of its report."""
        if session.pk not in self._reports:
            self._reports[session.pk] = Report.of(session, self.now)
        return self._reports[session.pk]

    @cached_property
    def rows(self) -> list[Row]:
        return [
            Row(figures, [series.asked.get(figures.session.pk) for series in self.repeated])
            for figures in session_figures(self.sessions, self.report)
        ]

    @property
    def had_camera(self) -> bool:
        return any(session.had_camera for session in self.sessions)

    @property
    def formulas(self) -> list[str]:
        """Versions of the engagement formula. Averages made by different ones cannot be compared."""
        cameras = [row.figures.camera for row in self.rows]
        return sorted({version for camera in cameras if camera for version in camera.formulas})


def sessions_of(course: Course, term: Term) -> ClassSessionQuerySet:
    """The ended sessions of these days. Practice classes count in nothing."""
    found = course.sessions.filter(closed_at__isnull=False).without_practice().with_attendance()
    if term.since:
        found = found.filter(opened_at__gte=_midnight(term.since))
    if term.until:
        found = found.filter(opened_at__lt=_midnight(min(term.until, LATEST) + timedelta(days=1)))
    return found.select_related("approval")


def _midnight(day: date) -> datetime:
    # At a calendar's ends another time zone has no such day.
    near = min(max(day, EARLIEST), LATEST)
    return timezone.make_aware(datetime.combine(near, time()))
