"""Who may open the student's socket."""

from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.utils import timezone

from classroom.models import Participant
from config.routing import websocket
from tests import factory
from tests.emotion.student import Student, cookie_of
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(transactional_db) -> Participant:
    return factory.measured()


async def test_a_student_with_a_seat_cookie_is_welcomed(anna: Participant) -> None:
    async with Student(anna) as student:
        welcome = student.welcome
    assert abs(welcome.pop("server_time") / 1000 - timezone.now().timestamp()) < SOON
    assert welcome.pop("sequence") >= 0
    assert welcome == {
        "type": "welcome",
        "protocol": 1,
        "interval_ms": 1000,
        "max_frame_bytes": 100_000,
        "mode": "analytics",
        "consent": "class_only",
        "state": "measuring",
        "paused": False,
    }


async def test_a_client_without_a_cookie_is_rejected(anna: Participant) -> None:
    assert await Student(anna, cookie="").close_code() == 4401


async def test_a_forged_cookie_is_rejected(anna: Participant) -> None:
    forged = f"seat-{anna.session_id}={anna.pk}:1abc:forged"
    assert await Student(anna, cookie=forged).close_code() == 4401


async def test_a_cookie_of_another_session_is_rejected(anna: Participant) -> None:
    other = await sync_to_async(factory.participant)()
    smuggled = cookie_of(other).replace(str(other.session_id), str(anna.session_id))
    assert await Student(anna, cookie=smuggled).close_code() == 4401


async def test_a_page_of_an_earlier_participant_in_this_browser_is_rejected(anna: Participant) -> None:
    ben = await sync_to_async(factory.participant)(anna.session, "Ben")
    async with Student(anna, page_of=anna) as student:
        assert await Student(anna, page_of=ben).close_code() == 4413
        assert (await student.exchange_frame())["type"] == "admitted"


@pytest.mark.parametrize("query", [b"&" * 3000, b"seat=", b"seat=%ff", b"seat=\xff", b"seat=" + b"9" * 5000])
async def test_a_query_that_no_page_of_ours_sends_is_rejected(anna: Participant, query: bytes) -> None:
    assert await Student(anna, query=query).close_code() == 4413


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://[",
        "http://localhost:8000.evil.example",
        "http://me@localhost:8000",
        "http://localhost:8000/page",
        "file://localhost:8000",
    ],
)
async def test_a_page_of_another_origin_is_rejected(anna: Participant, origin: str) -> None:
    assert await Student(anna, origin=origin).close_code() == 4403


async def test_a_client_without_an_origin_is_rejected(anna: Participant) -> None:
    assert await Student(anna, origin=None).close_code() == 4403


async def test_an_origin_that_matches_a_host_we_do_not_allow_is_rejected(anna: Participant) -> None:
    assert await Student(anna, origin="http://evil.example", host="evil.example").close_code() == 4403


async def test_a_page_on_another_allowed_host_is_accepted(anna: Participant) -> None:
    async with Student(anna, origin="http://127.0.0.1:8123", host="127.0.0.1:8123") as student:
        assert student.welcome["type"] == "welcome"


async def test_an_unknown_session_has_its_close_code(anna: Participant) -> None:
    assert await Student(anna, session_id=uuid4()).close_code() == 4404


@pytest.mark.parametrize("path", ["/", "/ws/room/", "/ws/room/not-a-session/", "/ws/room/../live/"])
async def test_an_unknown_address_has_its_close_code(path: str) -> None:
    socket = ApplicationCommunicator(websocket, {"type": "websocket", "path": path, "headers": []})
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(SOON))["type"] == "websocket.accept"
    assert await socket.receive_output(SOON) == {"type": "websocket.close", "code": 4404}


async def test_an_ended_session_has_its_close_code(anna: Participant) -> None:
    await sync_to_async(anna.session.close)()
    assert await Student(anna).close_code() == 4410


async def test_a_participant_who_left_is_rejected(anna: Participant) -> None:
    await sync_to_async(anna.leave)()
    assert await Student(anna).close_code() == 4412


async def test_a_participant_who_was_removed_is_rejected(anna: Participant) -> None:
    await sync_to_async(anna.leave)(removed=True)
    assert await Student(anna).close_code() == 4411


async def test_a_participant_who_was_erased_is_rejected(anna: Participant) -> None:
    student = Student(anna)
    await sync_to_async(anna.erase)()
    assert await student.close_code() == 4401


async def test_frames_sent_before_the_rejection_arrived_are_ignored(anna: Participant) -> None:
    student = Student(anna, cookie="")
    await student.close_code()
    await student.socket.send_input({"type": "websocket.receive", "bytes": b"1"})
    await student.disconnect()


async def test_every_connection_starts_above_all_sequences_before(anna: Participant) -> None:
    async with Student(anna) as student:
        await student.exchange_frame()
    async with Student(anna) as again:
        assert again.welcome["sequence"] > student.welcome["sequence"]


async def test_without_redis_a_socket_is_closed_without_an_error(anna: Participant, settings, caplog) -> None:
    [host] = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]
    nowhere = {
        "BACKEND": settings.CHANNEL_LAYERS["default"]["BACKEND"],
        "CONFIG": {"hosts": [host | {"port": 1}]},
    }
    settings.CHANNEL_LAYERS = {"default": nowhere}
    student = Student(anna)
    await student.socket.send_input({"type": "websocket.connect"})
    assert await student.socket.receive_output(SOON) == {"type": "websocket.close", "code": 1013}
    await student.socket.wait(SOON)
    assert "could not be served" in caplog.text
