"""The name of a file about a session, without its ending."""

from django.utils import timezone
from django.utils.text import slugify

from classroom.models import ClassSession


def file_name(session: ClassSession) -> str:
    day = timezone.localdate(session.opened_at)
    return f"{slugify(session.title) or 'session'}-{day:%Y-%m-%d}"
