"""What reaches open pages: the student's socket and the teacher's live page."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from activities.events import projector_group
from classroom.events import live_group
from tests.activities.lesson import Lesson
from tests.emotion.student import Student
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson(transactional_db) -> Lesson:
    return Lesson()


async def received(student: Student, kind: str) -> dict:
    while (message := await student.receive())["type"] != kind:
        pass
    return message


async def test_a_question_reaches_every_student_in_one_message(lesson: Lesson) -> None:
    anna, ben = [await sync_to_async(lesson.join)(name) for name in ("Anna", "Ben")]
    async with Student(anna) as first, Student(ben) as second:
        question = await sync_to_async(lesson.ask)()
        states = [await received(student, "activities") for student in (first, second)]
    assert states[0] == states[1]
    assert states[0]["question"]["id"] == str(question.pk)


async def test_an_answer_is_a_hint_to_the_teacher_and_nothing_to_students(lesson: Lesson) -> None:
    anna = await sync_to_async(lesson.join)()
    question = await sync_to_async(lesson.ask)()
    layer = get_channel_layer()
    hints = []
    for group in (live_group(lesson.session.pk), projector_group(lesson.session.pk)):
        hints.append(await layer.new_channel())
        await layer.group_add(group, hints[-1])
    async with Student(anna) as student:
        await sync_to_async(lesson.answer)(anna, question, option="0")
        for channel in hints:
            while (await asyncio.wait_for(layer.receive(channel), SOON))["type"] != "activities.changed":
                pass
        await sync_to_async(question.close)()
        assert (await received(student, "activities"))["question"]["result"]["count"] == 1


async def test_only_the_chosen_student_is_told(lesson: Lesson) -> None:
    anna = await sync_to_async(lesson.join)()
    async with Student(anna) as chosen:
        await sync_to_async(lesson.lead)("pick")
        assert await received(chosen, "pick") == {"type": "pick", "state": "asked"}
        await sync_to_async(lesson.lead)("groups", size=2)
        assert await received(chosen, "group") == {"type": "group", "number": 1}


def test_the_state_for_students_is_json_without_a_name(lesson: Lesson) -> None:
    anna = lesson.join("Annabel")
    lesson.say(anna, "room-hand", up="1")
    lesson.say(anna, "room-ask", text="Why?")
    shared = json.dumps(lesson.shown_to(lesson.join("Ben"))["shared"])
    assert "Annabel" not in shared
    assert str(anna.pk) not in shared


async def test_a_student_whose_hand_the_teacher_lowers_is_told_and_nobody_else(lesson: Lesson) -> None:
    anna, ben = [await sync_to_async(lesson.join)(name) for name in ("Anna", "Ben")]
    for student in (anna, ben):
        await sync_to_async(lesson.say)(student, "room-hand", up="1")
    async with Student(anna) as lowered, Student(ben) as waiting:
        await sync_to_async(lesson.lead)("hands-lower", participant=str(anna.pk))
        assert await received(lowered, "hand") == {"type": "hand", "up": False}
        assert (await waiting.receive())["type"] == "activities"
        await sync_to_async(lesson.lead)("hands-lower")
        assert await received(waiting, "hand") == {"type": "hand", "up": False}
