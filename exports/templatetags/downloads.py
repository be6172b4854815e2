from django import template

from classroom.models import ClassSession
from exports.dictionary import tables
from exports.tidy_csv import DICTIONARY, file_name

register = template.Library()


@register.simple_tag
def csv_files(session: ClassSession) -> list[str]:
    """The files of a session's ZIP."""
    return [*map(file_name, tables(camera=session.had_camera)), DICTIONARY]
