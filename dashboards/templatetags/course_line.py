"""{% course_line sessions %}: answers and attendance over a course's sessions, on the classroom's page of it.

The classroom does not import the dashboards; its page asks for this by name.
"""

from collections.abc import Iterable

from django import template

from classroom.models import ClassSession
from dashboards.report.course_line import course_line

register = template.Library()


@register.inclusion_tag("dashboards/_course_line.html", name="course_line")
def course_line_tag(sessions: Iterable[ClassSession]) -> dict[str, object]:
    return {"line": course_line(list(sessions))}
