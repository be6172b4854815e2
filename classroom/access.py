"""Access checks: the first line of every view and of every connect()."""

import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from .models import ClassSession, Course


class TeacherRequest(HttpRequest):
    """The request of a view behind login_required, for type checkers."""

    user: User


def user_signed_in(session_key: str | None) -> User | AnonymousUser:
    """Return the user of a login session as the database has it now.

    A socket may stay open after its user signed out, changed their password or closed their account.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    request = HttpRequest()
    request.session = store
    return get_user(request)


def course_for_teacher(user: AbstractBaseUser, course_id: int) -> Course:
    """Return the course if the user teaches it. Raise Http404 otherwise."""
    return get_object_or_404(Course, pk=course_id, teachers=user.pk)


def session_for_teacher(user: AbstractBaseUser, session_id: uuid.UUID) -> ClassSession:
    """Return the session if the user teaches it.

    Raise Http404 otherwise: a stranger must not learn that it exists.
    """
    sessions = ClassSession.objects.select_related("course", "approval")
    return get_object_or_404(sessions.taught_by(user.pk), pk=session_id)
