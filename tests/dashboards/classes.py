"""Classes with known readings, at times that the test chooses."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpResponse

from classroom.models import ClassSession, Consent, Participant, Presence
from dashboards.live.feed import LiveFeed
from tests import factory

# On the border of a bucket: ten seconds from here are one cell.
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def session(**fields) -> ClassSession:
    return factory.open_session(**{"opened_at": START} | fields)


def student(
    of: ClassSession,
    name: str = "Anna",
    *,
    level: str = Consent.Level.CLASS_ONLY,
    scores: Iterable[float | None] = (),
    every: float = 1.0,
    begin: float = 0.0,
    expression: str = "neutral",
) -> Participant:
    """Camera on from `begin`, then one reading after another; None is a picture without a face."""
    person = of.participants.create(display_name=name, joined_at=after(begin))
    person.presences.create(state=Presence.State.MEASURING, since=after(begin))
    decision = factory.consent(person, level, given_at=after(begin))
    factory.save_readings(
        [
            factory.unsaved_reading(
                decision,
                score=score,
                face="none" if score is None else "seen",
                expression=expression,
                taken_at=after(begin + place * every),
            )
            for place, score in enumerate(scores)
        ]
    )
    return person


def students(of: ClassSession, count: int, level: str, score: float = 0.5) -> list[Participant]:
    return [student(of, f"{level} {n}", level=level, scores=[score] * 3, every=3) for n in range(count)]


def csv_text(response: HttpResponse) -> str:
    return response.content.decode()


def csv_rows(response: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(csv_text(response).removeprefix("\ufeff").splitlines()))


def view_of(session: ClassSession) -> LiveFeed:
    return LiveFeed(teacher_of(session), session.pk)


def teacher_of(session: ClassSession) -> AbstractBaseUser:
    return session.course.teachers.get()


def said_of(person, message: dict) -> dict:
    return message["students"][str(person.pk)]
