"""A function for each kind of object that tests need, with a default for what a test does not care about."""

from datetime import datetime, timedelta
from functools import cache
from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom.models import (
    APPROVED_MODES,
    CONSENT_TEXT_VERSION,
    Approval,
    ClassSession,
    Consent,
    Course,
    Marker,
    Mode,
    Participant,
    Presence,
    Pulse,
)
from classroom.seat_cookie import set_confirmation_cookie, set_seat_cookie
from emotion.models import Reading
from emotion.vision.engagement import ENGAGEMENT_VERSION
from emotion.vision.labels import EXPRESSIONS

PASSWORD = "correct horse battery"
_number = count(1)


def teacher(username: str | None = None, **fields) -> AbstractBaseUser:
    username = username or f"teacher{next(_number)}"
    fields = {"email": f"{username}@school.example", "password": _hashed(PASSWORD)} | fields
    return get_user_model().objects.create(username=username, **fields)


# A password hash takes half a second on purpose, so each password is hashed once.
_hashed = cache(make_password)


def course(*teachers: AbstractBaseUser, name: str = "Physics", **fields) -> Course:
    """A course of these teachers, whose owner is the first."""
    owner, *others = teachers or [teacher()]
    made = Course.objects.create_with_owner(owner, name=name, **fields)
    made.teachers.add(*others)
    return made


def approval(of: Course | None = None, **fields) -> Approval:
    """An approval that is in force from yesterday to tomorrow."""
    today = timezone.localdate()
    days = {"valid_from": today - timedelta(days=1), "valid_until": today + timedelta(days=1)}
    names = {"approver": "Dr. Approver", "document": "REF-1"}
    return Approval.objects.create(course=of or course(), **(days | names | fields))


def open_session(mode: str = Mode.ANALYTICS, **fields) -> ClassSession:
    fields.setdefault("title", "Waves")
    if "course" not in fields:
        fields["course"] = course()
    if mode in APPROVED_MODES and "approval" not in fields:
        fields["approval"] = approval(fields["course"], mode=mode)
    return ClassSession.objects.open_new(mode=mode, **fields)


def participant(session: ClassSession | None = None, display_name: str = "Anna", **fields) -> Participant:
    """A student in the room, without camera."""
    fields = {"entered_at": timezone.now()} | fields
    made = (session or open_session()).participants.create(display_name=display_name, **fields)
    state = Presence.State.NO_CAMERA if made.session.uses_camera else Presence.State.PRESENT
    made.presences.create(state=state, since=made.joined_at)
    return made


def measured(session: ClassSession | None = None, level: str = Consent.Level.CLASS_ONLY) -> Participant:
    """A student in the room with their camera on."""
    made = participant(session)
    consent(made, level)
    made.record_state(Presence.State.MEASURING)
    return made


def consent(of: Participant | None = None, level: str = Consent.Level.CLASS_ONLY, **fields) -> Consent:
    of = of or participant()
    fields = {"text_version": CONSENT_TEXT_VERSION, "mode": of.session.mode} | fields
    return Consent.objects.create(participant=of, level=level, **fields)


def reading(of: Consent | None = None, **fields) -> Reading:
    return save_readings([unsaved_reading(of, **fields)])[0]


def unsaved_reading(
    of: Consent | None = None,
    *,
    expression: str = "neutral",
    face: str = "seen",
    score: float | None = 0.6,
    taken_at: datetime | None = None,
    **fields,
) -> Reading:
    of = of or consent()
    if face == "seen":
        fields = {"facing": "centre", "expression": expression, "score": score} | fields
        fields = {name: 0.9 if name == expression else 0.1 / 7 for name in EXPRESSIONS} | fields
    made_by = {"recogniser_version": "test", "engagement_version": ENGAGEMENT_VERSION}
    fields = {"sequence": next(_number)} | made_by | fields
    return Reading(
        consent=of,
        session_id=of.participant.session_id,
        face=face,
        taken_at=taken_at or timezone.now(),
        **fields,
    )


def save_readings(readings: list[Reading]) -> list[Reading]:
    """One by one, each would be read again for its bucket's summary."""
    Reading.objects.bulk_create(readings)
    Reading.objects.sum_up(readings)
    return readings


def marker(session: ClassSession | None = None, label: str = "Marker", **fields) -> Marker:
    return Marker.objects.create(session=session or open_session(), label=label, **fields)


def pulse(of: Participant | None = None, kind: str = Pulse.Kind.LOST, **fields) -> Pulse:
    return Pulse.objects.create(participant=of or participant(), kind=kind, **fields)


def signed_in(user: AbstractBaseUser) -> Client:
    """A browser in which this teacher is signed in."""
    client = Client()
    client.force_login(user)
    return client


def browser_of(of: Participant) -> Client:
    """A browser that holds this participant's seat."""
    client, response = Client(), HttpResponse()
    set_seat_cookie(response, of)
    client.cookies.update(response.cookies)
    return client


def decided(session: ClassSession, level: str | None, *, was_measured: bool = False) -> dict[str, str]:
    """The cookies of a student who has just said what the camera may do. Without a level there is none.

    A page that was measured before continues without a camera check. This one was hidden last, so that it
    has to report again that it measures.
    """
    anna, response = session.admit("Anna"), HttpResponse()
    if level:
        anna.give_consent(level, CONSENT_TEXT_VERSION)
    anna.enter()
    if was_measured:
        anna.record_state(Presence.State.HIDDEN)
    set_seat_cookie(response, anna)
    set_confirmation_cookie(response, anna)
    return {name: cookie.value for name, cookie in response.cookies.items()}


def own_session(of: Participant) -> HttpResponse:
    """The page that this participant's receipt code opens in a browser without cookies."""
    return Client().post(reverse("my-session"), {"receipt_code": of.receipt_code})
