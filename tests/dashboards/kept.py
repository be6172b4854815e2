"""A lesson whose report is kept, and the page of it."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from classroom.models import ClassSession, Consent, Participant
from dashboards.models import KeptReport
from emotion.models import FrameTally
from tests import factory
from tests.dashboards import classes, taught

OWN = Consent.Level.OWN_LINE

LASTED, SINCE = timedelta(minutes=15), timedelta(minutes=75)


def lesson(**fields) -> ClassSession:
    """One that ended an hour ago, with Anna, whose camera saw something."""
    opened = timezone.now().replace(microsecond=0) - SINCE
    session = classes.session(opened_at=opened, started_at=opened, **fields)
    measured(session, "Anna")
    ended = opened + LASTED
    ClassSession.objects.filter(pk=session.pk).update(closed_at=ended)
    session.participants.update(left_at=ended, last_seen_at=ended)
    session.refresh_from_db()
    return session


def measured(session: ClassSession, name: str) -> Participant:
    person = factory.participant(session, name, joined_at=session.opened_at)
    person.presences.create(state="measuring", since=session.opened_at)
    consent = factory.consent(person, OWN, given_at=session.opened_at)
    taken = [session.opened_at + timedelta(seconds=second) for second in range(30)]
    factory.save_readings([factory.unsaved_reading(consent, score=0.87, taken_at=at) for at in taken])
    return person


def anna(session: ClassSession) -> Participant:
    return session.participants.get(display_name="Anna")


def browser(session: ClassSession, language: str = "en-GB") -> Client:
    client = factory.signed_in(session.course.teachers.get())
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def page(session: ClassSession, language: str = "en-GB") -> str:
    response = browser(session, language).get(f"/sessions/{session.pk}/report/")
    assert response.status_code == 200
    return response.content.decode()


def kept(session: ClassSession) -> KeptReport:
    return KeptReport.objects.get(session=session)


def with_mark(session: ClassSession) -> ClassSession:
    """What is kept of its report has a mark, which a page has only if it was not made anew."""
    page(session)
    KeptReport.objects.filter(session=session).update(body=kept(session).body + "<i>kept!</i>")
    assert "kept!" in page(session)
    return session


# What takes something back, and words that are gone then.
TAKEN_BACK: dict[str, tuple[Callable[[ClassSession], object], str]] = {
    "withdraws": (lambda session: anna(session).withdraw_consent(), "87%"),
    "erases": (lambda session: anna(session).erase(), "Anna"),
    "deletes a marker": (lambda session: session.markers.get().erase(), "About Zoe"),
    "renames a marker": (lambda session: session.markers.get().rename("Better"), "About Zoe"),
    "deletes a question": (lambda session: session.questions.get().erase(), "Is it Zoe"),
    "deletes a student's question": (lambda session: session.student_questions.get().erase(), "Why Zoe"),
    "revokes the approval": (
        lambda session: type(session.approval).objects.filter(pk=session.approval_id).revoke(timezone.now()),
        "87%",
    ),
}


def about_zoe() -> ClassSession:
    session = lesson()
    factory.marker(session, "About Zoe")
    taught.asked(session, "Why Zoe?")
    taught.ask(session, text="Is it Zoe?")
    return session


# What no signal tells of.
CHANGES: dict[str, Callable[[ClassSession], object]] = {
    "a marker is added": lambda session: session.markers.create(label="New"),
    "a marker is changed without a signal": lambda session: session.markers.update(label="New"),
    "the session is renamed": lambda session: ClassSession.objects.filter(pk=session.pk).update(title="New"),
    "the course is renamed": lambda session: type(session.course).objects.update(name="New"),
    "a name changes": lambda session: session.participants.update(display_name="Ben"),
    "a question changes": lambda session: session.questions.update(right_options=[1]),
    "the last counts of frames arrive": lambda session: FrameTally.objects.add(session.pk, {"received": 7}),
    "an upvote arrives": lambda session: session.student_questions.get().upvotes.create(
        participant=anna(session)
    ),
}
