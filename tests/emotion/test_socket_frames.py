"""Frames that the socket admits, and every refusal of docs/protocol.md."""

import json
import struct
import time
from datetime import timedelta
from unittest.mock import patch

import numpy as np
import pytest
import simplejpeg
from asgiref.sync import sync_to_async

from classroom.models import Mode, Participant
from demo.client import HEADER, PROTOCOL_VERSION, pack_frame
from emotion.frame_queue import producer, queue
from emotion.frame_queue.frame import Purpose
from emotion.socket.frame_admission import bounded_capture_time
from tests import factory
from tests.emotion.student import PICTURE, Student
from tests.waiting import SOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


@pytest.fixture
def anna(transactional_db, monkeypatch: pytest.MonkeyPatch) -> Participant:
    monkeypatch.setattr(producer, "wake_worker", lambda: None)  # no broker and no worker here
    return factory.consent().participant


def picture(width: int, height: int) -> bytes:
    return simplejpeg.encode_jpeg(np.zeros((height, width, 1), np.uint8), 70, "GRAY")


def announcing(width: int, height: int) -> bytes:
    """The picture with other dimensions in its header."""
    at = PICTURE.index(b"\xff\xc0") + 5
    return PICTURE[:at] + struct.pack(">HH", height, width) + PICTURE[at + 4 :]


async def test_an_admitted_frame_waits_for_a_worker(anna: Participant) -> None:
    async with Student(anna) as student:
        answer = await student.exchange_frame()
        assert abs(answer.pop("server_time") / 1000 - time.time()) < SOON
        assert answer == {"type": "admitted", "sequence": student.welcome["sequence"], "interval_ms": 1000}
    [frame] = queue.take_batch()
    assert frame.jpeg == PICTURE
    assert (frame.participant_id, frame.session_id) == (anna.pk, anna.session_id)
    assert (frame.sequence, frame.purpose) == (student.welcome["sequence"], Purpose.CLASS)


async def test_a_camera_check_keeps_its_purpose(anna: Participant) -> None:
    async with Student(anna) as student:
        await student.exchange_frame(purpose=1)
    assert [frame.purpose for frame in queue.take_batch()] == [Purpose.CHECK]


async def test_a_frame_touches_no_database(anna: Participant) -> None:
    async with Student(anna) as student:
        await student.exchange_frame()
        with (
            patch("emotion.socket.consumer.batched_queries", None),
            patch("emotion.socket.consumer.presence", None),
            patch("channels.consumer.aclose_old_connections", None),
        ):
            assert (await student.exchange_frame())["type"] == "admitted"


@pytest.mark.parametrize(
    ("said", "believed"),
    [(99.0, 99.0), (100.0, 100.0), (101.0, 100.0), (2**40, 100.0), (95.0, 95.0), (94.0, 95.0), (0.0, 95.0)],
)
def test_a_capture_time_is_bounded_by_our_clock(said: float, believed: float, settings) -> None:
    settings.CLOCK_TOLERANCE = timedelta(seconds=5)
    assert bounded_capture_time(round(said * 1000), now=100.0).timestamp() == believed


async def test_the_largest_possible_capture_time_is_accepted(anna: Participant) -> None:
    async with Student(anna) as student:
        head = HEADER.pack(PROTOCOL_VERSION, Purpose.CLASS, student.sequence, 2**64 - 1)
        assert (await student.exchange_raw(head + PICTURE))["type"] == "admitted"


# --- refusals -------------------------------------------------------------------------------------------


async def refusal_of(anna: Participant, jpeg: bytes = PICTURE, **head: int) -> str:
    """Return the code of the refusal, and check that the next frame is admitted."""
    async with Student(anna) as student:
        answer = await student.exchange_frame(jpeg, **head)
        assert answer["type"] == "refused"
        assert answer["message"]
        assert (await student.exchange_frame())["type"] == "admitted"
    return answer["code"]


async def test_a_frame_as_text(anna: Participant) -> None:
    async with Student(anna) as student:
        assert (await student.exchange_raw("/9j/4AAQSkZJRg" * 1000))["code"] == "bytes_expected"
        assert (await student.exchange_raw("[1, 2]"))["code"] == "bytes_expected"
        assert (await student.exchange_frame())["type"] == "admitted"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "frame"},
        {"type": "state"},
        {"type": "state", "state": "offline"},
        {"type": "state", "state": ["paused"]},
        {"type": "state", "state": "paused", "participant": "somebody else"},
        {"type": "pulse", "kind": "pace"},
        {"type": "pulse", "kind": "pace", "value": 2},
        {"type": "pulse", "kind": "pace", "value": True},
        {"type": "pulse", "kind": "lost", "value": 1},
        {"type": "pulse", "kind": "applause"},
        {"type": "pulse", "kind": "wrong_reading"},
        {"type": "pulse", "kind": "wrong_reading", "sequence": -1},
        {"type": "pulse", "kind": "wrong_reading", "sequence": 2**80},
    ],
    ids=json.dumps,
)
async def test_text_that_is_no_message(anna: Participant, message: dict) -> None:
    async with Student(anna) as student:
        assert (await student.exchange(**message))["code"] == "bad_message"
        assert (await student.exchange_frame())["type"] == "admitted"


@pytest.mark.parametrize("length", [1, 5, 13])
async def test_half_a_header(anna: Participant, length: int) -> None:
    async with Student(anna) as student:
        answer = await student.exchange_raw(pack_frame(student.sequence, PICTURE)[:length])
    assert (answer["code"], answer["sequence"]) == ("bad_message", None)


async def test_an_unknown_purpose(anna: Participant) -> None:
    assert await refusal_of(anna, purpose=3) == "bad_message"


@pytest.mark.parametrize("version", [0, 2, 255])
async def test_an_unknown_version(anna: Participant, version: int) -> None:
    assert await refusal_of(anna, version=version) == "unknown_version"


async def test_an_empty_message(anna: Participant) -> None:
    async with Student(anna) as student:
        assert (await student.exchange_raw(b""))["code"] == "unknown_version"


async def test_a_frame_too_large(anna: Participant, settings) -> None:
    assert await refusal_of(anna, PICTURE + bytes(settings.MAX_FRAME_BYTES)) == "too_large"


async def test_too_many_frames(anna: Participant, settings, no_time_passes) -> None:
    async with Student(anna) as student:
        answers = [(await student.exchange_frame())["type"] for _ in range(settings.FRAME_BURST)]
        assert answers == ["admitted"] * settings.FRAME_BURST
        answer = await student.exchange_frame()
    assert (answer["code"], answer["interval_ms"]) == ("too_many", 1000)


async def test_frames_that_waited_for_a_slow_server_are_all_admitted(anna: Participant) -> None:
    ten_seconds = 10 + 1  # frames, one a second; then the page comes back on a new connection
    async with Student(anna) as student:
        answers = [(await student.exchange_frame())["type"] for _ in range(ten_seconds)]
        assert answers == ["admitted"] * ten_seconds


async def test_refused_frames_take_no_tokens(anna: Participant, settings) -> None:
    async with Student(anna) as student:
        for _ in range(settings.FRAME_BURST * 2):
            assert (await student.exchange_frame(b"GIF89a"))["code"] == "not_jpeg"
        assert (await student.exchange_frame())["type"] == "admitted"


@pytest.mark.parametrize(
    "payload", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(500), bytes(12_000), b"\xff\xd8 no header"]
)
async def test_not_a_jpeg(anna: Participant, payload: bytes) -> None:
    assert await refusal_of(anna, payload) == "not_jpeg"


@pytest.mark.parametrize(("width", "height"), [(65500, 65500), (1281, 240), (320, 1281), (8, 240), (0, 0)])
async def test_dimensions_announced_by_the_header(anna: Participant, width: int, height: int) -> None:
    assert await refusal_of(anna, announcing(width, height)) == "dimensions"


async def test_the_largest_dimensions_are_admitted(anna: Participant, settings) -> None:
    side = settings.MAX_FRAME_SIDE
    async with Student(anna) as student:
        assert (await student.exchange_frame(picture(side, side)))["type"] == "admitted"


@pytest.mark.parametrize("tenths", range(1, 10))
async def test_a_jpeg_cut_at_every_tenth(anna: Participant, tenths: int) -> None:
    assert await refusal_of(anna, PICTURE[: len(PICTURE) * tenths // 10]) == "truncated"


async def test_a_scan_is_left_to_the_worker(anna: Participant) -> None:
    cut = PICTURE[: len(PICTURE) // 2] + b"\xff\xd9"
    async with Student(anna) as student:
        assert (await student.exchange_frame(cut))["type"] == "admitted"
    [frame] = queue.take_batch()
    assert frame.jpeg == cut


async def test_a_sequence_going_backwards(anna: Participant) -> None:
    async with Student(anna) as student:
        first = student.welcome["sequence"]
        assert (await student.exchange_raw(pack_frame(first - 1, PICTURE)))["code"] == "sequence"
        assert (await student.exchange_raw(pack_frame(first + 5, PICTURE)))["type"] == "admitted"
        assert (await student.exchange_raw(pack_frame(first + 5, PICTURE)))["code"] == "sequence"
        assert (await student.exchange_raw(pack_frame(first + 4, PICTURE)))["code"] == "sequence"
        assert (await student.exchange_raw(pack_frame(first + 6, PICTURE)))["type"] == "admitted"


async def test_without_a_consent() -> None:
    ben = await sync_to_async(factory.participant)()
    async with Student(ben) as student:
        assert (await student.exchange_frame())["code"] == "no_consent"


async def test_with_a_withdrawn_consent(anna: Participant) -> None:
    await sync_to_async(anna.withdraw_consent)()
    async with Student(anna) as student:
        assert (await student.exchange_frame())["code"] == "no_consent"


async def test_in_a_mode_without_cameras() -> None:
    session = await sync_to_async(factory.open_session)(Mode.PARTICIPATION)
    ben = await sync_to_async(factory.participant)(session)
    await sync_to_async(factory.consent)(ben)
    async with Student(ben) as student:
        assert (await student.exchange_frame())["code"] == "mode"


# --- accounts -------------------------------------------------------------------------------------------
