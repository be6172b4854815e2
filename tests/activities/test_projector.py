"""The second screen: who may open it, what it shows, and how soon."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import StudentQuestion
from activities.projector import projector_token
from config.routing import websocket
from tests import factory
from tests.activities.lesson import Lesson
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson(transactional_db) -> Lesson:
    return Lesson()


class Projector:
    def __init__(self, token: str, origin: str = "http://localhost:8000") -> None:
        headers = {"host": "localhost:8000", "origin": origin}
        scope = {
            "type": "websocket",
            "path": f"/ws/projector/{token}/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self.socket = ApplicationCommunicator(websocket, scope)

    async def __aenter__(self) -> "Projector":
        await self.socket.send_input({"type": "websocket.connect"})
        assert (await self.socket.receive_output(SOON))["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait(SOON)

    async def shows(self, part: str, wanted) -> dict:
        """Wait until a part of the state is as wanted, and return the state."""
        while not wanted((state := json.loads((await self.socket.receive_output(SOON))["text"]))[part]):
            pass
        return state

    async def close_code(self) -> int:
        while (event := await self.socket.receive_output(SOON))["type"] != "websocket.close":
            pass
        return event["code"]


def test_a_teacher_opens_a_projector_that_needs_no_sign_in(lesson: Lesson) -> None:
    redirect = lesson.teacher.get(reverse("projector-open", args=[lesson.session.pk]))
    page = Client().get(redirect.url)
    assert page.status_code == 200
    assert page.context["invitation"].code in page.content.decode()


def test_only_a_teacher_of_the_session_gets_the_link(lesson: Lesson) -> None:
    stranger = factory.signed_in(factory.teacher())
    assert stranger.get(reverse("projector-open", args=[lesson.session.pk])).status_code == 404


@pytest.mark.parametrize("token", ["nonsense", "a:b", "0" * 32, "00000000000000000000000000000000:forged"])
def test_a_forged_link_opens_nothing(lesson: Lesson, token: str) -> None:
    assert Client().get(reverse("projector", args=[token])).status_code == 404


def test_the_link_ends_with_the_session(lesson: Lesson) -> None:
    url = reverse("projector", args=[projector_token(lesson.session)])
    lesson.session.close()
    assert Client().get(url).status_code == 404


async def test_the_projector_counts_answers_and_shows_the_result_at_the_end(lesson: Lesson) -> None:
    anna, ben = [await sync_to_async(lesson.join)(name) for name in ("Annabel", "Benedict")]
    async with Projector(projector_token(lesson.session)) as projector:
        question = await sync_to_async(lesson.ask)()
        await sync_to_async(lesson.answer)(anna, question, option="0")
        shown = (await projector.shows("question", lambda one: one and one["answered"] == 1))["question"]
        assert (shown["asked"], shown["result"], shown["right"]) == (2, None, None)
        await sync_to_async(question.close)()
        state = await projector.shows("question", lambda one: not one["open"])
        assert state["question"]["result"] == {"count": 1, "counts": [1, 0]}
        assert "Annabel" not in str(state)
        assert str(ben.pk) not in str(state)


async def test_the_projector_shows_the_top_question_and_the_timer(lesson: Lesson) -> None:
    anna = await sync_to_async(lesson.join)()
    async with Projector(projector_token(lesson.session)) as projector:
        await sync_to_async(lesson.say)(anna, "room-ask", text="Why?")
        asked = await StudentQuestion.objects.aget()
        await sync_to_async(lesson.lead)("student-question-change", asked.pk, do="shown")
        await projector.shows("top_question", lambda one: one and one["text"] == "Why?")
        await sync_to_async(lesson.lead)("timer", seconds="60", label="Pairs")
        await projector.shows("timer", lambda one: one and one["label"] == "Pairs")


async def test_the_projector_of_a_session_that_ends_closes(lesson: Lesson) -> None:
    async with Projector(projector_token(lesson.session)) as projector:
        await sync_to_async(lesson.session.close)()
        assert await projector.close_code() == 4410


@pytest.mark.parametrize(
    ("token", "origin", "code"),
    [("a:b", "http://localhost:8000", 4404), ("a:b", "http://evil.example", 4403)],
)
async def test_a_socket_that_may_not_is_closed_with_a_reason(transactional_db, token, origin, code) -> None:
    async with Projector(token, origin) as projector:
        assert await projector.close_code() == code


def test_those_who_are_gone_are_not_counted(lesson: Lesson, settings) -> None:
    anna = lesson.join()
    type(anna).objects.update(last_seen_at=timezone.now() - settings.GONE_AFTER - timedelta(seconds=1))
    lesson.ask()
    assert lesson.state()["question"]["asked"] == 0
