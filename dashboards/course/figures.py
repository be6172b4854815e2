"""What one session of a course is told by: few figures, each with how many students it rests on."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from classroom.models import ClassSession, Pulse
from dashboards.aggregates.class_line import ClassNumber
from dashboards.report.report import Report


@dataclass(frozen=True)
class CameraFigures:
    """The class average of a session, and what it rests on."""

    # None where several versions of the formula made it.
    number: ClassNumber | None
    # Versions of the engagement formula that made numbers of this session.
    formulas: tuple[str, ...]
    # The share of class time with data.
    coverage: float | None
    with_camera: int
    # Students whose own line the teacher sees. The others with a camera count in the average only.
    sharing: tuple[str, ...]

    @property
    def class_only(self) -> int:
        """Students with a camera whose own line the teacher does not see, or not any more."""
        return self.with_camera - len(self.sharing)

    @property
    def range(self) -> tuple[str, str] | None:
        """Begin and width of the likely range as percentages, in plain digits."""
        if self.number is None or self.number.low is None or self.number.high is None:
            return None
        low, high = 100 * self.number.low, 100 * self.number.high
        return f"{low:.0f}%", f"{max(high - low, 1):.0f}%"

    @property
    def mean(self) -> str:
        """The average as a place: a percentage in plain digits."""
        return "" if self.number is None or self.number.mean is None else f"{100 * self.number.mean:.0f}%"


@dataclass(frozen=True)
class SessionFigures:
    session: ClassSession
    students: int
    # Students who said at least once that they were lost.
    lost: int
    camera: CameraFigures | None
    # Why there is no average. Empty in a class without cameras, where nobody expects one.
    why_no_average: str


def session_figures(
    sessions: Collection[ClassSession], report_of: Callable[[ClassSession], Report]
) -> list[SessionFigures]:
    """The figures of sessions with their attendance, in their order."""
    lost = students_lost(sessions)
    return [_figures(session, lost.get(session.pk, 0), report_of) for session in sessions]


def students_lost(sessions: Collection[ClassSession]) -> Mapping[uuid.UUID, int]:
    """How many students of each session said that they were lost. One with a value says "no longer lost"."""
    said = Pulse.objects.filter(kind=Pulse.Kind.LOST, value=None, participant__session__in=sessions)
    counted = (
        said.order_by().values_list("participant__session").annotate(Count("participant", distinct=True))
    )
    return dict(counted)


def _figures(session: ClassSession, lost: int, report_of: Callable[[ClassSession], Report]) -> SessionFigures:
    camera, reason = None, ""
    # Without numbers about expressions, the report is not needed.
    if session.teacher_sees_readings:
        camera, reason = _camera(report_of(session))
    elif session.had_camera:
        reason = session.why_mode_ended or _("Mirror: each student saw only their own.")
    return SessionFigures(session, session.attendance, lost, camera, reason)


def _camera(report: Report) -> tuple[CameraFigures | None, str]:
    if report.readings_expired:
        return None, _("Erased: its time was over.")
    sharing = tuple(entry.name for entry in report.timeline.roster if entry.shares_own_line and entry.ever_on)
    figures = CameraFigures(
        report.whole, tuple(report.formulas), report.coverage, report.with_camera, sharing
    )
    return figures, ""
