"""Rows of the API that no export has: courses, and sessions in a list."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from classroom.models import ClassSession
from classroom.models.modes import Mode, Purpose
from dashboards.course.overview import Term

# The database has no larger id.
CourseId = Annotated[int, Field(ge=1, le=2**63 - 1, description="The id of a course.")]
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _near(moment: datetime) -> datetime:
    """Bound a moment to where sessions are: at a calendar's ends, another zone has no date."""
    if moment.year < EARLIEST.year:
        return EARLIEST
    return LATEST if moment.year >= LATEST.year else moment


Moment = Annotated[AwareDatetime, AfterValidator(_near)]


class TermOf(Schema):
    """The days of a course's sessions; all, if nothing is said."""

    since: date | None = Field(None, description="The first day.")
    until: date | None = Field(None, description="The last day.")

    @property
    def term(self) -> Term:
        return Term(self.since, self.until)


# EVENTS of the models.
WebhookEvent = Literal["session.opened", "session.closed", "report.ready"]


class CourseRow(BaseModel):
    """A course that the token's teacher teaches."""

    model_config = ConfigDict(title="Course", from_attributes=True)

    id: int = Field(description="The id of the course.")
    name: str = Field(description="Its name.")
    is_example: bool = Field(
        description="Whether it holds examples and practice classes only, with invented students."
    )
    created_at: datetime = Field(description="When it was made.")


class SessionRow(BaseModel):
    """A session in a list, without what happened in it."""

    model_config = ConfigDict(title="SessionSummary")

    id: UUID = Field(description="The id of the session.")
    course: int = Field(description="The id of its course.")
    title: str = Field(description="Its title.")
    mode: Mode = Field(description="What was analysed: participation (no camera), mirror or analytics.")
    purpose: Purpose = Field(description="lesson; example and practice have invented students.")
    opened_at: datetime = Field(description="When the teacher opened it.")
    began_at: datetime | None = Field(description="When the class began; null before the first student came.")
    closed_at: datetime | None = Field(description="When it ended; null while it is open.")
    participants: int = Field(description="How many students joined and have not erased their data.")
    report_url: str = Field(description="The report, for the teacher's browser.")

    @classmethod
    def of(cls, session: ClassSession) -> "SessionRow":
        return cls(
            id=session.pk,
            course=session.course_id,
            title=session.title,
            mode=Mode(session.mode),
            purpose=Purpose(session.purpose),
            opened_at=session.opened_at,
            began_at=session.started_at,
            closed_at=session.closed_at,
            participants=session.attendance,
            report_url=f"{settings.PUBLIC_URL}/sessions/{session.pk}/report/",
        )
