"""Template tags of the downloads menu."""

from django import template

from classroom.models import ClassSession
from exports.formats import is_large
from exports.tidy_csv import file_names

register = template.Library()


@register.simple_tag
def csv_files(session: ClassSession) -> list[str]:
    """The files of a session's ZIP."""
    return file_names(camera=session.had_camera)


@register.filter
def has_large_files(session: ClassSession) -> bool:
    """Whether a worker makes its files."""
    return is_large(session)
