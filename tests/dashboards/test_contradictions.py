"""While people come, go, smile, pause and change their minds, no part of the page contradicts another."""

import asyncio
import random
from datetime import datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from classroom.models import ClassSession, Consent, Participant, Presence
from dashboards.live.live_session import Hints
from emotion import events
from emotion.models import Reading
from tests import factory
from tests.dashboards.classes import view_of
from tests.dashboards.pages import contradictions, page_after
from tests.dashboards.test_live_socket import LivePage
from tests.emotion.student import Student
from tests.waiting import SOON

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
State = Presence.State
FACES = ["seen"] * 8 + ["none", "none", "too_dark", "several", "unsure", "looking_down", "still"]
EXPRESSIONS = ["neutral", "happiness", "surprise", "sadness"]


def look(person: Participant, draw: random.Random, at: datetime) -> Reading | None:
    """One reading of them, not saved yet, where their camera is on."""
    own = person.active_consent()
    if not own or person.presences.last().state != State.MEASURING:
        return None
    face = draw.choice(FACES)
    score = draw.random() if face == "seen" else None
    return factory.unsaved_reading(
        own, face=face, score=score, expression=draw.choice(EXPRESSIONS), taken_at=at
    )


class Lesson:
    """A class whose clock the test holds, and a teacher's page of it."""

    def __init__(self, seed: int, clock: list[datetime]) -> None:
        self.draw, self.clock = random.Random(seed), clock
        self.session = factory.open_session(opened_at=clock[0])
        self.view = view_of(self.session)
        self.page = self.view.snapshot(clock[0])
        self.news = Hints()

    def people(self) -> list[Participant]:
        return list(self.session.participants.all())

    def come(self) -> None:
        now = self.clock[0]
        person = self.session.participants.create(
            display_name="Anna", joined_at=now, last_seen_at=now, entered_at=now
        )
        person.record_state(State.DECIDING, now)
        if self.draw.random() < 0.85:
            person.give_consent(self.draw.choice([OWN, CLASS]), "1")
            person.record_state(State.MEASURING, now)
        self.news.everybody = True

    def happen(self, person: Participant) -> None:
        kind = self.draw.choice(
            ["pause", "resume", "resume", "own", "class", "off", "leave", "close", "erase", "lost"]
        )
        now = self.clock[0]
        match kind:
            case "pause":
                Participant.objects.record_camera_states({person.pk: State.PAUSED})
            case "resume":
                Participant.objects.record_camera_states({person.pk: State.MEASURING})
            case "own" | "class" if person.active_consent():
                person.give_consent(OWN if kind == "own" else CLASS, "1")
            case "off":
                person.withdraw_consent()
            case "leave":
                person.leave(removed=self.draw.random() < 0.5)
            case "close":
                Participant.objects.record_offline({person.pk: now})
            case "erase" if self.draw.random() < 0.3:
                person.erase()
            case "lost":
                factory.pulse(person, at=now)
                self.news.annotations = True
        self.news.participants.add(person.pk)

    def step(self) -> None:
        """A second, or a longer time in which nothing is heard of anybody."""
        is_quiet = self.draw.random() < 0.06
        self.clock[0] += timedelta(seconds=self.draw.choice([8.6, 9.4, 70, 90]) if is_quiet else 1)
        if self.draw.random() < 0.15 and len(self.people()) < 14:
            self.come()
        readings = []
        for person in self.people():
            if self.draw.random() < 0.04:
                self.happen(person)
            elif (
                not is_quiet
                and self.draw.random() < 0.6
                and (reading := look(person, self.draw, self.clock[0]))
            ):
                readings.append(reading)
                self.news.consents.add(reading.consent_id)
                person.record_seen()
        factory.save_readings(readings)
        if self.draw.random() < 0.2:  # hints get lost
            self.news = Hints()
        for late in (0.2, 0.5, 0.8):
            news, self.news = self.news, Hints()
            self.page = page_after(self.page, self.view.change(self.clock[0] + timedelta(seconds=late), news))


@pytest.mark.slow
@pytest.mark.django_db
def test_no_number_of_a_page_contradicts_another_while_people_come_and_go(monkeypatch):
    clock = [timezone.now()]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    lesson = Lesson(0, clock)
    for _ in range(6):
        lesson.come()
    for second in range(120):
        lesson.step()
        assert contradictions(lesson.page) == [], (second, lesson.page["now"], lesson.page["students"])


class SmallLesson(Lesson):
    """About as many class-only students as are enough, some of whom show no face."""

    def __init__(self, seed: int, clock: list[datetime]) -> None:
        super().__init__(seed, clock)
        self.cameras: dict[Consent, str] = {}  # of each student, in the order of their coming

    def come(self) -> None:
        now = self.clock[0]
        number = len(self.cameras)
        person = self.session.participants.create(
            display_name=f"Anna {number}", joined_at=now, last_seen_at=now, entered_at=now
        )
        consent = person.give_consent(OWN if number % 5 == 0 else CLASS, "1")
        person.record_state(State.MEASURING, now)
        self.cameras[consent] = State.MEASURING
        self.news.everybody = True

    def second(self, cameras: int, faces: int) -> None:
        self.clock[0] += timedelta(seconds=1)
        readings = []
        for place, (consent, before) in enumerate(self.cameras.items()):
            state = State.MEASURING if place < cameras else State.PAUSED
            if before != state:
                consent.participant.record_state(state)
                self.cameras[consent] = state
                self.news.participants.add(consent.participant_id)
            if state == State.MEASURING:
                face = "seen" if place < faces else "none"
                score = self.draw.random() if face == "seen" else None
                readings.append(
                    factory.unsaved_reading(consent, face=face, score=score, taken_at=self.clock[0])
                )
                self.news.consents.add(consent.pk)
        factory.save_readings(readings)
        here = [reading.consent.participant_id for reading in readings]
        Participant.objects.filter(pk__in=here).update(last_seen_at=self.clock[0])
        news, self.news = self.news, Hints()
        self.page = page_after(self.page, self.view.change(self.clock[0] + timedelta(seconds=0.5), news))


@pytest.mark.any_database
@pytest.mark.slow
@pytest.mark.django_db
def test_no_number_contradicts_another_around_the_smallest_group(monkeypatch):
    clock = [timezone.now()]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    lesson, seen = SmallLesson(5, clock), set()
    for _ in range(18):
        lesson.come()
    for part in range(7):
        cameras = lesson.draw.choice([5, 8, 9, 10, 12, 14, 16, 18])
        for second in range(lesson.draw.choice([7, 13, 26])):
            faces = cameras - lesson.draw.choice([0, 0, 1, 3])
            lesson.second(cameras, faces)
            now = lesson.page["now"]
            assert contradictions(lesson.page) == [], (part, second, cameras, faces, now)
            seen.add((bool(now.get("hidden")), bool(now.get("blurred")), now.get("low") is None))
    # Too few, and so few that they are told coarsely, and enough.
    assert seen >= {(True, False, True), (False, True, True), (False, True, False)}


async def act(student: Student, person: Participant, draw: random.Random) -> None:
    """What a student's page may do in a moment, by the socket or beside it."""
    match draw.choice(["look"] * 6 + ["pause", "resume", "own", "class"]):
        case "look":
            reading = await sync_to_async(look)(person, draw, timezone.now())
            if reading:
                await sync_to_async(factory.save_readings)([reading])
                await sync_to_async(events.publish_batch)(
                    answers=[], refusals=[], gone=[], measured={person.session_id: {reading.consent_id}}
                )
        case "pause":
            await student.send_state("paused")
        case "resume":
            await student.send_state("measuring")
        case level:
            await sync_to_async(person.give_consent)(OWN if level == "own" else CLASS, "1")


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
async def test_no_message_of_the_live_socket_contradicts_itself(transactional_db):
    draw = random.Random(19)
    session: ClassSession = await sync_to_async(factory.open_session)()
    people = [await sync_to_async(factory.measured)(session, draw.choice([OWN, CLASS])) for _ in range(7)]
    students = {person: Student(person) for person in people}
    browser = await sync_to_async(lambda: factory.signed_in(session.course.teachers.get()))()
    page, found, messages = {}, [], 0

    async def listen(live: LivePage) -> None:
        nonlocal page, messages
        while True:
            page = page_after(page, await live.receive_json())
            messages += 1
            found.extend(contradictions(page))

    async with LivePage(browser, session.pk) as live:
        listening = asyncio.create_task(listen(live))
        for student in students.values():
            await student.connect()
        for person, student in draw.choices(list(students.items()), k=60):
            await act(student, person, draw)
            await asyncio.sleep(0.1)
            if draw.random() < 0.05:  # the tab is closed and opened again
                await student.disconnect()
                students[person] = student = Student(person)
                await student.connect()
        async with asyncio.timeout(SOON):
            while messages <= 10:  # noqa: ASYNC110  it counts them itself
                await asyncio.sleep(0.1)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    for student in students.values():
        await student.disconnect()
    assert found == []
