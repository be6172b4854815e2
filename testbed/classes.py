"""Classes in the database of a running product. testbed/inside.py calls these in a process of the site."""

import json
import secrets
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.utils import timezone

from activities.models import Question
from classroom.models import (
    CONSENT_TEXT_VERSION,
    Approval,
    ClassSession,
    Consent,
    Course,
    Mode,
    Participant,
    Presence,
)
from classroom.seat_cookie import set_seat_cookie
from dashboards.live.feed import LiveFeed
from emotion.frame_queue import tallies
from emotion.models import FrameTally, Reading
from practice.example import finished_lesson


def open_class(*, students: int, are_measuring: bool = False) -> dict[str, Any]:
    """A session in analytics mode whose students have consented; `are_measuring` turns their cameras on.

    Gives the session's id, its students' cookies, and the teacher's sign-in.
    """
    password = secrets.token_hex(8)
    # The database may outlive this class, so each has a teacher of its own.
    teacher = get_user_model().objects.create(
        username=secrets.token_hex(8), password=_quickly_hashed(password)
    )
    course = Course.objects.create_with_owner(teacher, name="Physics")
    session = ClassSession.objects.open_new(
        course=course, title="Waves", mode=Mode.ANALYTICS, approval=_approval(course)
    )
    cookies = [
        _cookie(_participant(session, f"Student {number + 1}", are_measuring)) for number in range(students)
    ]
    return {
        "session_id": str(session.pk),
        "cookies": cookies,
        "teacher": teacher.get_username(),
        "password": password,
    }


def _approval(course: Course) -> Approval:
    today = timezone.localdate()
    return course.approvals.create(
        approver="Dr. Approver", document="REF-1", valid_from=today, valid_until=today + timedelta(days=1)
    )


def _quickly_hashed(password: str) -> str:
    """An ordinary hash takes half a second of CPU, and a random password needs no slow one."""
    return PBKDF2PasswordHasher().encode(password, secrets.token_hex(8), iterations=1)


def open_lesson(*, students: int) -> dict[str, Any]:
    """A session in participation mode whose students are in class, with what open_class gives."""
    password = secrets.token_hex(8)
    teacher = get_user_model().objects.create_user(secrets.token_hex(8), password=password)
    course = Course.objects.create_with_owner(teacher, name="Physics")
    session = ClassSession.objects.open_new(course=course, title="Waves", mode=Mode.PARTICIPATION)
    return {
        "session_id": str(session.pk),
        "cookies": [_cookie(_student(session, f"Student {number + 1}")) for number in range(students)],
        "teacher": teacher.get_username(),
        "password": password,
    }


def running_lesson(*, students: int, has_cameras: bool) -> dict[str, Any]:
    """A lesson that has lasted 45 minutes, invented like the example's, with its teacher's sign-in."""
    password = secrets.token_hex(8)
    teacher = get_user_model().objects.create(
        username=secrets.token_hex(8), password=_quickly_hashed(password)
    )
    course = Course.objects.create_with_owner(teacher, name="Physics")
    session = finished_lesson(
        course,
        title="Waves",
        ended_at=timezone.now(),
        mode=Mode.ANALYTICS if has_cameras else Mode.PARTICIPATION,
        approval=_approval(course) if has_cameras else None,
        students=students,
    )
    Presence.objects.filter(participant__session=session, state=Presence.State.LEFT).delete()
    # An hour from now nobody is taken for gone yet.
    session.participants.update(left_at=None, last_seen_at=timezone.now() + timedelta(hours=1))
    ClassSession.objects.filter(pk=session.pk).update(closed_at=None)
    return {"session_id": str(session.pk), "teacher": teacher.get_username(), "password": password}


def first_message(*, session_id: str) -> dict[str, Any]:
    """What the live page's first message of this session takes: seconds of a core, and its size."""
    teacher = ClassSession.objects.get(pk=session_id).course.owner
    assert teacher
    began = time.process_time()
    snapshot = LiveFeed(teacher, UUID(session_id)).snapshot(timezone.now())
    spent = time.process_time() - began
    size = len(json.dumps(snapshot, separators=(",", ":")))
    return {"CPU s": round(spent, 2), "kB": round(size / 1000)}


def course_with_teacher(*, name: str) -> dict[str, Any]:
    """A course that may use analytics today, and its teacher's sign-in."""
    password = secrets.token_hex(8)
    teacher = get_user_model().objects.create_user(secrets.token_hex(8), password=password)
    course = Course.objects.create_with_owner(teacher, name=name)
    _approval(course)
    return {"course_id": course.pk, "teacher": teacher.get_username(), "password": password}


def answers_of(*, session_id: str) -> list[dict[str, Any]]:
    """What was asked in this session, and what is stored of its answers."""
    asked = Question.objects.filter(session=UUID(session_id)).order_by("opened_at")
    return [
        {"text": one.text, "answered": one.answered, "present": one.present, "rows": one.answers.count()}
        for one in asked
    ]


def _student(session: ClassSession, name: str) -> Participant:
    student = session.admit(name)
    assert student, "The class is full."
    return student


def count_answers(*, session_id: str) -> int:
    """How many students have answered the newest question of this session."""
    return Question.objects.filter(session=UUID(session_id)).latest("opened_at").answered


def _participant(session: ClassSession, name: str, is_measuring: bool) -> Participant:
    made = session.participants.create(display_name=name, entered_at=timezone.now())
    made.presences.create(state=Presence.State.NO_CAMERA, since=made.joined_at)
    Consent.objects.create(
        participant=made,
        level=Consent.Level.CLASS_ONLY,
        text_version=CONSENT_TEXT_VERSION,
        mode=session.mode,
    )
    if is_measuring:
        made.record_state(Presence.State.MEASURING)
    return made


def _cookie(participant: Participant) -> str:
    """The value of the Cookie header of a browser that joined as this participant."""
    response = HttpResponse()
    set_seat_cookie(response, participant)
    return response.cookies.output(attrs=[], header="", sep=";").strip()


def close_class(*, session_id: str) -> None:
    ClassSession.objects.get(pk=session_id).close()


def is_open(*, session_id: str) -> bool:
    return ClassSession.objects.get(pk=session_id).is_open


def latest_state(*, session_id: str) -> str:
    """The last state that was noted of any student of this session."""
    return Presence.objects.filter(participant__session=UUID(session_id)).latest("pk").state


def frames_copied() -> int:
    """How many frames all sessions have received, as beat last copied it from Redis."""
    return sum(FrameTally.objects.values_list("received", flat=True))


def frame_counts(*, session_id: str) -> dict[str, Any]:
    """What became of the session's frames (docs/architecture.md), and when the read ones were captured."""
    tallies.copy_to_database()
    tally = FrameTally.objects.get(session=UUID(session_id))
    taken_at = Reading.objects.filter(session=UUID(session_id)).values_list("taken_at", flat=True)
    return {
        "counts": model_to_dict(tally, exclude=["id", "session"]) | {"lost": tally.lost},
        "taken_at": [moment.timestamp() for moment in taken_at],  # seconds since 1970
    }
