"""What a batch publishes: to each student their answer, to live pages whose readings are new."""

import json
from collections.abc import Iterator
from unittest.mock import ANY

import pytest
import redis
from django.utils import timezone

from classroom.events import live_group, participant_group
from classroom.models import Mode
from emotion.frame_queue.frame import Purpose
from emotion.models import Reading
from emotion.vision.jpeg import check_jpeg
from tests import factory
from tests.emotion.batches import FACE, TAKEN_AT, WALL, frame
from tests.waiting import SOON

pytestmark = pytest.mark.django_db


class Listener:
    """The messages that Redis publishes to the open sockets."""

    def __init__(self, client: redis.Redis) -> None:
        self._client, self._subscriptions = client, client.pubsub(ignore_subscribe_messages=True)
        self._subscriptions.psubscribe("asgi__group__*", "that was all")
        for _subscription in range(2):
            self._subscriptions.get_message(timeout=SOON)

    def received(self) -> list[tuple[str, dict]]:
        """(group, event) of the messages since the last call."""
        from channels.layers import get_channel_layer

        self._client.publish("that was all", "")
        received = []
        while (message := self._subscriptions.get_message(timeout=SOON))["channel"] != b"that was all":
            group = message["channel"].decode().removeprefix("asgi__group__")
            received.append((group, get_channel_layer().deserialize(message["data"])))
        return received


@pytest.fixture
def listener(empty_redis: redis.Redis) -> Iterator[Listener]:
    return Listener(empty_redis)


def test_a_camera_check_is_answered_and_not_saved(analyse, listener: Listener) -> None:
    consent = factory.consent()
    counted = analyse(frame(consent, purpose=Purpose.CHECK))
    assert not Reading.objects.exists()
    assert counted == {(consent.participant.session_id, "read"): 1}
    [(group, received)] = listener.received()
    assert group == participant_group(consent.participant_id)
    answer = json.loads(received["text"])
    assert answer == {"type": "check", "face": "seen", "facing": "centre", "brightness": ANY}
    assert 0.2 < answer["brightness"] <= 1


def test_each_student_gets_their_own_reading_and_the_live_page_one_hint(analyse, listener: Listener) -> None:
    session = factory.open_session()
    one, two = (factory.consent(factory.participant(session)) for _ in range(2))
    analyse(frame(one, sequence=11), frame(two, WALL, sequence=12))
    received = dict(listener.received())
    assert set(received) == {
        participant_group(one.participant_id),
        participant_group(two.participant_id),
        live_group(session.pk),
    }
    assert received[live_group(session.pk)] == {"type": "readings.changed", "consents": [one.pk, two.pk]}
    answer = json.loads(received[participant_group(two.participant_id)]["text"])
    assert answer == {
        "type": "reading",
        "sequence": 12,
        "taken_at": round(TAKEN_AT.timestamp() * 1000),
        "face": "none",
        "facing": None,
        "expression": None,
        "probabilities": None,
        "score": None,
        "band": None,
    }


def test_in_mirror_mode_only_the_student_gets_the_reading(analyse, listener: Listener) -> None:
    session = factory.open_session(Mode.MIRROR)
    consent = factory.consent(factory.participant(session))
    analyse(frame(consent))
    assert Reading.objects.count() == 1
    assert [group for group, _received in listener.received()] == [participant_group(consent.participant_id)]


def test_a_student_who_is_gone_gets_no_reading_and_their_socket_is_refreshed(
    analyse, listener: Listener
) -> None:
    consent = factory.consent(withdrawn_at=timezone.now())
    analyse(frame(consent))
    [(group, received)] = listener.received()
    assert group == participant_group(consent.participant_id)
    assert received == {"type": "participant.changed", "reason": "gone"}


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda jpeg: jpeg[: len(jpeg) // 2] + b"\xff\xd9", "truncated"),
        (lambda jpeg: jpeg[:-600] + b"\xff\xd9", "truncated"),
        (lambda jpeg: jpeg[: jpeg.index(b"\xff\xda") + 14] + bytes(30_000) + b"\xff\xd9", "not_jpeg"),
    ],
    ids=["cut in the middle", "cut near its end", "another scan"],
)
def test_a_scan_that_the_socket_could_not_check_is_refused_and_costs_nobody_else(
    analyse, listener: Listener, damage, code
) -> None:
    broken, whole = factory.consent(), factory.consent()
    damaged = damage(FACE)
    check_jpeg(damaged)
    counted = analyse(frame(broken, damaged, sequence=9), frame(whole))
    assert [reading.consent for reading in Reading.objects.all()] == [whole]
    assert dict(listener.received())[participant_group(broken.participant_id)] == {
        "type": "participant.frame_refused",
        "sequence": 9,
        "code": code,
    }
    session = broken.participant.session_id
    assert counted == {
        (session, "taken"): -1,
        (session, "refused"): 1,
        (whole.participant.session_id, "read"): 1,
    }


def test_a_broken_frame_is_refused_by_name(analyse, listener: Listener) -> None:
    consent = factory.consent()
    analyse(frame(consent, FACE[:3000], sequence=9))
    [(_group, received)] = listener.received()
    assert received == {"type": "participant.frame_refused", "sequence": 9, "code": "truncated"}


def attention_map_of(listener: Listener) -> dict | None:
    answers = [
        event["text"] for _group, event in listener.received() if event["type"] == "participant.answer"
    ]
    [answer] = map(json.loads, answers)
    return answer.get("attention_map")


def test_the_attention_map_goes_only_to_a_page_that_asks(analyse, listener: Listener) -> None:
    analyse(frame(factory.consent()))
    assert attention_map_of(listener) is None
    analyse(frame(factory.consent(), purpose=Purpose.ATTENTION_MAP))
    attention_map = attention_map_of(listener)
    cells = [cell for row in attention_map["grid"] for cell in row]
    assert (len(cells), max(cells), min(cells) >= 0) == (144, 99, True)
    assert Reading.objects.count() == 2


def test_the_attention_map_lies_over_the_face(analyse, listener: Listener) -> None:
    analyse(frame(factory.consent(), purpose=Purpose.ATTENTION_MAP))
    left_top, right_top, left_bottom = attention_map_of(listener)["corners"]
    assert 0 < left_top[0] < 0.5 < right_top[0] < 1
    assert left_top[1] < 0.5 < left_bottom[1] <= 1.1


def test_without_an_expression_there_is_no_attention_map(analyse, listener: Listener) -> None:
    analyse(frame(factory.consent(), WALL, purpose=Purpose.ATTENTION_MAP))
    assert attention_map_of(listener) is None
