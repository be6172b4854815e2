"""Practice classes: simulated students in a session that a teacher opens to try the product.

A task takes a step every two seconds (practice/tasks.py). A step knows nothing of the one before: who is
there, and who answers when, follows from the session's id and the time since it began.
"""

import random
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation

from activities import anonymity
from activities.models import Answer, ClassTools, Hand, Pick, Question, StudentQuestion
from classroom import events
from classroom.models import (
    CONSENT_TEXT_VERSION,
    ClassSession,
    Consent,
    Course,
    Mode,
    Participant,
    Presence,
    Purpose,
)
from classroom.models.presence_updates import StateChange
from emotion.events import publish_batch
from emotion.frame_queue.frame import next_sequence
from emotion.models import Reading

from . import mood, texts
from .people import Person, people

STEP = settings.PRACTICE_STEP.total_seconds()
# Seconds, on average, from one of these to the next in the whole class.
HAND_EVERY, QUESTION_EVERY, VOTE_EVERY = 70.0, 110.0, 8.0
HAND_UP_FOR = 75.0
PASSES = 5  # one of so many that are picked passes


class TooManyPractices(Exception):
    """The site has as many open practice classes as it can play at once."""


def example_course(teacher: User) -> Course:
    """Return the course of a teacher's example and practice classes, which is made if there is none."""
    found = teacher.courses.filter(is_example=True, owner=teacher).first()
    return found or Course.objects.create_with_owner(teacher, name=str(texts.EXAMPLE_COURSE), is_example=True)


def open_practice_of(teacher: User) -> ClassSession | None:
    """Return the open practice class of a teacher's own course, and none of a colleague's."""
    return ClassSession.objects.open().filter(course__owner=teacher, purpose=Purpose.PRACTICE).first()


def begin(teacher: User, mode: str) -> ClassSession:
    """Open a practice class, or return the one that is open. Raise TooManyPractices."""
    with transaction.atomic():
        # One press after the other: a double click opens one class.
        User.objects.select_for_update().get(pk=teacher.pk)
        if current := open_practice_of(teacher):
            return current
        if ClassSession.objects.open().filter(purpose=Purpose.PRACTICE).count() >= settings.MOST_PRACTICES:
            raise TooManyPractices
        session = ClassSession.objects.open_new(
            course=example_course(teacher),
            title=str(texts.PRACTICE_CLASS),
            mode=mode,
            purpose=Purpose.PRACTICE,
            started_at=timezone.now(),
        )
        cache.set(_language_key(session), translation.get_language(), settings.PRACTICE_LASTS.total_seconds())
        PracticeClass(session, timezone.now()).step()
    return session


def _language_key(session: ClassSession) -> str:
    return f"practice.language.{session.pk.hex}"


@dataclass
class PracticeClass:
    session: ClassSession
    now: datetime

    def play(self) -> None:
        """Take one step in the teacher's language, or end the class when its time is up."""
        if self.now - self.session.opened_at >= settings.PRACTICE_LASTS:
            self.session.close(self.now)
            return
        with translation.override(cache.get(_language_key(self.session), settings.LANGUAGE_CODE)):
            self.step()

    @cached_property
    def seconds(self) -> float:
        return (self.now - self.session.begins_at).total_seconds()

    @cached_property
    def chance(self) -> random.Random:
        # Another one in each step, the same if a step is taken again.
        return random.Random(f"{self.session.pk} {int(self.seconds / STEP)}")

    @cached_property
    def everybody(self) -> list[Person]:
        return people(settings.PRACTICE_STUDENTS, str(self.session.pk))

    def step(self) -> None:
        self._arrive()
        self._record_presence()
        self._say()
        self._measure()
        self._answer()
        self._speak()

    @cached_property
    def _simulated(self) -> dict[str, Participant]:
        """Return those who have come and not been removed, by name."""
        found = self.session.participants.in_class().filter(is_simulated=True)
        return {one.display_name: one for one in found}

    @cached_property
    def _present(self) -> list[tuple[Person, Participant]]:
        """Return those whose page is connected now."""
        there = [(person, self._simulated.get(person.name)) for person in self.everybody]
        states = {person.number: self._state(person) for person in self.everybody}
        return [
            (person, participant)
            for person, participant in there
            if participant and states[person.number] not in (None, Presence.State.OFFLINE)
        ]

    def _state(self, person: Person) -> str | None:
        state = person.state_at(self.seconds, uses_camera=self.session.uses_camera)
        if state is None:
            return None
        return Presence.camera_state(state, is_paused=self.session.measuring_paused_at is not None)

    def _arrive(self) -> None:
        come = set(self.session.participants.filter(is_simulated=True).values_list("display_name", flat=True))
        new = [one for one in self.everybody if one.name not in come and self._state(one)]
        for person in new:
            participant = self.session.participants.create(
                display_name=person.name,
                joined_at=self.now,
                entered_at=self.now,
                last_seen_at=self.now,
                is_simulated=True,
            )
            if person.has_camera and self.session.uses_camera:
                self._consent(person, participant)
        if new:
            events.publish_class_changed(self.session.pk)

    def _consent(self, person: Person, participant: Participant) -> None:
        shares = person.shares_line and self.session.teacher_sees_readings
        participant.consents.create(
            level=Consent.Level.OWN_LINE if shares else Consent.Level.CLASS_ONLY,
            text_version=CONSENT_TEXT_VERSION,
            mode=self.session.mode,
            given_at=self.now,
        )

    def _record_presence(self) -> None:
        """Record the states that changed, and every few steps that the others are still there."""
        wanted = {
            participant.pk: state
            for person in self.everybody
            if (participant := self._simulated.get(person.name)) and (state := self._state(person))
        }
        known = Participant.objects.filter(pk__in=wanted).states()
        changed = {pk: StateChange(state, self.now) for pk, state in wanted.items() if known.get(pk) != state}
        recorded = Participant.objects.record_states(changed) if changed else []
        events.publish_participants_changed((self.session.pk, one.pk) for one in recorded)
        silent = [
            one
            for _person, one in self._present
            if self.now - one.last_seen_at >= settings.LAST_SEEN_WRITTEN_EVERY
        ]
        if silent:
            Participant.objects.record_last_seen({one.pk: self.now for one in silent})

    def _say(self) -> None:
        said = [
            participant.pulses.create(kind=word[0], value=word[1], at=self.now)
            for person, participant in self._present
            if (word := mood.says(person, self.seconds, STEP, self.chance))
        ]
        if said:
            events.publish_annotations_changed(self.session.pk)

    def _measure(self) -> None:
        """Invent a reading of each student whose camera would be on."""
        if not self.session.uses_camera:
            return
        filming = {
            participant.pk: person
            for person, participant in self._present
            if self._state(person) == Presence.State.MEASURING
        }
        consents = Consent.objects.active().filter(participant__in=filming)
        readings = [
            Reading(
                consent=consent,
                session=self.session,
                sequence=next_sequence(self.session.opened_at, self.now),
                taken_at=self.now,
                **mood.reading_fields(filming[consent.participant_id], self.seconds, self.chance),
            )
            for consent in consents
        ]
        kept = Reading.objects.add_consented(readings)
        if kept and self.session.teacher_sees_readings:
            publish_batch(answers=[], refusals=[], gone=[], measured={self.session.pk: set(kept)})

    def _answer(self) -> None:
        """Answer the open question, each student after their own time to think."""
        question = Question.objects.shown(self.session.pk)
        if question is None or not question.accepts_answers(self.now):
            return
        thought = (self.now - question.opened_at).total_seconds()
        ready = [pair for pair in self._present if pair[0].reaction and pair[0].reaction <= thought]
        try:
            for person, participant in ready:
                if Answer.objects.of_participant(question, participant) is None:
                    chance = random.Random(f"{question.pk} {person.number}")
                    question.save_answer(participant, **texts.answer(question, person.ease, chance))
        except anonymity.KeyLost:
            # Redis was started again: who has answered is forgotten, as it is in a lesson.
            question.close(self.now)

    def _speak(self) -> None:
        tools = ClassTools.objects.of(self.session.pk)
        if tools.hands_are_allowed:
            self._move_hands()
        if tools.questions != ClassTools.Questions.OFF:
            self._ask_and_vote()
        for pick in Pick.objects.filter(session=self.session, state=Pick.State.ASKED).select_related(
            "participant"
        ):
            if pick.participant.is_simulated and (self.now - pick.asked_at).total_seconds() > STEP:
                pick.reply(accepts=pick.pk % PASSES != 0)

    def _move_hands(self) -> None:
        up = Hand.objects.up(self.session.pk).filter(participant__is_simulated=True)
        tired = [hand.pk for hand in up if (self.now - hand.raised_at).total_seconds() > HAND_UP_FOR]
        if tired:
            Hand.objects.lower(self.session.pk, by_teacher=False, pk__in=tired)
        if self._present and self._happens(HAND_EVERY):
            Hand.objects.raise_hand(self.chance.choice(self._present)[1])

    def _ask_and_vote(self) -> None:
        asked = StudentQuestion.objects.filter(session=self.session)
        if self._present and self._happens(QUESTION_EVERY):
            known = set(asked.values_list("text", flat=True))
            left = [text for text in map(str, texts.QUESTIONS) if text not in known]
            if left:
                StudentQuestion.objects.ask(self.session, self.chance.choice(self._present)[1], left[0])
        votable = [one for one in asked if one.is_votable]
        if votable and self._present and self._happens(VOTE_EVERY):
            self.chance.choice(votable).vote(self.chance.choice(self._present)[1], up=True)

    def _happens(self, every: float) -> bool:
        return self.chance.random() < STEP / every


def open_practices() -> list[ClassSession]:
    found = ClassSession.objects.open().filter(purpose=Purpose.PRACTICE)
    return list(found.select_related("course", "approval"))


def practice_modes() -> list[Mode]:
    """Return the modes in which a teacher can practise: those that this site allows."""
    return [mode for mode in Mode if mode in settings.ALLOWED_MODES]
