"""A finished lesson with invented students: what the product itself stores, written with past times."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from activities.models import Acknowledgement, Answer, ClassTools, Hand, Question, StudentQuestion, Upvote
from activities.results import sum_up
from classroom.codes import new_code
from classroom.models import (
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
    Purpose,
)
from emotion.models import Reading

from . import mood, texts
from .people import Person, people

LASTS = timedelta(minutes=45)
OPENED_BEFORE = timedelta(minutes=3)
STUDENTS = 22
# Twice in each bucket: fewer rows than of a real class, and the same lines.
READING_EVERY = 5.0  # seconds
SAID_EVERY = 20.0  # seconds
# Minute, question, and for how many seconds it was open.
ASKED: tuple[tuple[float, Callable[[], dict[str, Any]], float], ...] = (
    (2, lambda: texts.content(texts.CHECK_IN), 75),
    (13, texts.clear, 50),
    (22, lambda: texts.content(texts.FREQUENCY), 80),
    (33, lambda: texts.content(texts.ONE_WORD), 60),
    (42, lambda: texts.content(texts.EXIT_TICKET), 90),
)
MARKED = (1.0, 24.0, 39.0)
ACKNOWLEDGED = 18.5
# Minute, the place of the student, and for how many seconds the hand was up.
HANDS = ((9.0, 2, 40.0), (16.0, 5, 95.0), (16.4, 9, 70.0), (26.0, 13, 30.0))


def prepare_questions(course: Course) -> None:
    """Add the example's questions to those of the course, unless it has some."""
    if not course.prepared_questions.exists():
        for place, question in enumerate(texts.PREPARED):
            course.prepared_questions.create(position=place, **texts.content(question))


@transaction.atomic
def finished_lesson(
    course: Course,
    *,
    title: str,
    ended_at: datetime,
    mode: str = Mode.PARTICIPATION,
    approval: Approval | None = None,
    seed: str = "example",
    students: int = STUDENTS,
) -> ClassSession:
    """Write a lesson of 45 minutes. The same seed makes the same lesson."""
    began = ended_at - LASTS
    session = course.sessions.create(
        title=title,
        join_code=new_code(),
        mode=mode,
        approval=approval,
        purpose=Purpose.EXAMPLE,
        opened_at=began - OPENED_BEFORE,
        started_at=began,
        closed_at=ended_at,
    )
    _Writer(session, began, people(students, seed), random.Random(seed)).write()
    return session


@dataclass
class _Writer:
    session: ClassSession
    began: datetime
    everybody: list[Person]
    chance: random.Random

    def write(self) -> None:
        self.participants = self._add_participants()
        if self.session.mode != Mode.PARTICIPATION:
            self._add_readings(self._add_consents())
        self._add_presences()
        self._add_pulses()
        self._add_markers()
        for minute, content, seconds in ASKED:
            self._add_question(minute * 60, content(), seconds)
        self._add_speaking()
        ClassTools.objects.create(session=self.session, revision=1)

    @property
    def _length(self) -> float:
        return LASTS.total_seconds()

    @property
    def _uses_camera(self) -> bool:
        return self.session.mode != Mode.PARTICIPATION

    def _at(self, seconds: float) -> datetime:
        return self.began + timedelta(seconds=seconds)

    def _add_participants(self) -> list[Participant]:
        ended = self._at(self._length)
        return Participant.objects.bulk_create(
            Participant(
                session=self.session,
                display_name=person.name,
                joined_at=self._at(person.joins_after),
                entered_at=self._at(person.joins_after),
                last_seen_at=ended,
                left_at=ended,
                is_simulated=True,
            )
            for person in self.everybody
        )

    def _pairs(self) -> Iterable[tuple[Person, Participant]]:
        return zip(self.everybody, self.participants, strict=True)

    def _add_consents(self) -> dict[int, Consent]:
        """Return the invented decisions by the number of the student."""
        made = {
            person.number: Consent(
                participant=participant,
                level=Consent.Level.OWN_LINE if person.shares_line else Consent.Level.CLASS_ONLY,
                text_version=CONSENT_TEXT_VERSION,
                mode=self.session.mode,
                given_at=participant.joined_at,
            )
            for person, participant in self._pairs()
            if person.has_camera
        }
        Consent.objects.bulk_create(made.values())
        return made

    def _add_presences(self) -> None:
        rows = [
            Presence(participant=participant, state=state, since=self._at(seconds))
            for person, participant in self._pairs()
            for seconds, state in person.changes(until=self._length, uses_camera=self._uses_camera)
        ]
        ended = self._at(self._length)
        rows += [
            Presence(participant=one, state=Presence.State.LEFT, since=ended) for one in self.participants
        ]
        Presence.objects.bulk_create(rows)

    def _add_readings(self, consents: dict[int, Consent]) -> None:
        readings = [
            Reading(
                consent=consents[person.number],
                session=self.session,
                sequence=round(seconds * 1000),
                taken_at=self._at(seconds),
                **mood.reading_fields(person, seconds, self.chance),
            )
            for person in self.everybody
            if person.number in consents
            for seconds in self._measured(person)
        ]
        Reading.objects.add_invented(readings)

    def _measured(self, person: Person) -> Iterable[float]:
        seconds = person.joins_after + 2
        while seconds < self._length:
            if person.state_at(seconds, uses_camera=True) == Presence.State.MEASURING:
                yield seconds
            seconds += READING_EVERY

    def _add_pulses(self) -> None:
        rows = []
        for person, participant in self._pairs():
            seconds = person.joins_after + SAID_EVERY
            while seconds < self._length:
                if said := mood.says(person, seconds, SAID_EVERY, self.chance):
                    moment = seconds + self.chance.uniform(-8, 8)
                    # Nobody says anything while their connection is lost, or after the class.
                    if moment < self._length and self._is_here(person, moment):
                        at = self._at(moment)
                        rows.append(Pulse(participant=participant, kind=said[0], value=said[1], at=at))
                seconds += SAID_EVERY
        Pulse.objects.bulk_create(rows)
        at = self._at(ACKNOWLEDGED * 60)
        lost = {
            pulse.participant_id
            for pulse in rows
            if pulse.kind == Pulse.Kind.LOST and timedelta() <= at - pulse.at < settings.PULSE_LASTS
        }
        Acknowledgement.objects.create(session=self.session, at=at, count=len(lost))

    def _add_markers(self) -> None:
        teacher = self.session.course.owner
        Marker.objects.bulk_create(
            Marker(session=self.session, teacher=teacher, at=self._at(minute * 60), label=str(label))
            for minute, label in zip(MARKED, texts.MARKERS, strict=True)
        )

    def _add_question(self, seconds: float, content: dict[str, Any], lasts: float) -> None:
        present = [pair for pair in self._pairs() if self._is_here(pair[0], seconds + lasts)]
        question = Question(
            session=self.session,
            prepared=self.session.course.prepared_questions.filter(text=content["text"]).first(),
            opened_at=self._at(seconds),
            closed_at=self._at(seconds + lasts),
            is_shown=False,
            present=len(present),
            **content,
        )
        answers = [
            self._answer(question, person, participant, seconds)
            for person, participant in present
            if person.reaction is not None
        ]
        if question.is_anonymous:
            question.result = sum_up(question, answers)
        question.save()
        if not question.is_anonymous:
            Answer.objects.bulk_create(answers)

    def _answer(self, question: Question, person: Person, participant: Participant, seconds: float) -> Answer:
        content = texts.answer(question, person.ease, self.chance)
        if question.is_anonymous:
            return Answer(question=question, **content)
        at = self._at(seconds + (person.reaction or 0))
        return Answer(question=question, participant=participant, answered_at=at, **content)

    def _is_here(self, person: Person, seconds: float) -> bool:
        state = person.state_at(seconds, uses_camera=self._uses_camera)
        return state not in (None, Presence.State.OFFLINE)

    def _add_speaking(self) -> None:
        Hand.objects.bulk_create(
            Hand(
                participant=self.participants[place],
                raised_at=self._at(minute * 60),
                lowered_at=self._at(minute * 60 + seconds),
                lowered_by_teacher=True,
            )
            for minute, place, seconds in HANDS
        )
        asked = StudentQuestion.objects.bulk_create(
            StudentQuestion(session=self.session, text=str(text), status=StudentQuestion.Status.ANSWERED)
            for text in texts.QUESTIONS[:3]
        )
        Upvote.objects.bulk_create(
            Upvote(question=question, participant=participant)
            for place, question in enumerate(asked)
            for participant in self.chance.sample(self.participants, 7 - 2 * place)
        )
