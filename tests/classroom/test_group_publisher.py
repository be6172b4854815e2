import asyncio
import time

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.db import connections

from classroom import group_publisher
from classroom.events import live_group, participant_group
from classroom.models import CONSENT_TEXT_VERSION, Consent
from config.heartbeat import subscriber
from tests import factory
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)


async def messages_while(group, act):
    """Return the message that a group gets during an action."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    await sync_to_async(act)()
    # The thread's connection would prevent the test database from being dropped.
    await sync_to_async(connections.close_all)()
    return await asyncio.wait_for(layer.receive(channel), SOON)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda anna: anna.leave(), "left"),
        (lambda anna: anna.leave(removed=True), "removed"),
        (lambda anna: anna.erase(), "erased"),
        (lambda anna: anna.withdraw_consent(), "withdrawn"),
        (lambda anna: anna.give_consent(Consent.Level.OWN_LINE, CONSENT_TEXT_VERSION), "consented"),
        (lambda anna: anna.session.close(), "ended"),
    ],
)
async def test_a_students_socket_gets_the_reason(act, reason):
    anna = (await sync_to_async(factory.consent)()).participant
    hint = await messages_while(participant_group(anna.pk), lambda: act(anna))
    assert hint == {"type": "participant.changed", "reason": reason}


async def test_the_live_page_gets_a_message_when_a_participant_leaves():
    anna = await sync_to_async(factory.participant)()
    hint = await messages_while(live_group(anna.session_id), anna.leave)
    assert hint == {"type": "participant.changed", "participant": anna.pk.hex}


async def test_the_live_page_of_a_removed_teacher_checks_access_again():
    session = await sync_to_async(factory.open_session)()
    ada = await sync_to_async(factory.teacher)()
    await session.course.teachers.aadd(ada)
    hint = await messages_while(live_group(session.pk), lambda: session.course.remove_teacher(ada.pk))
    assert hint == {"type": "class.changed"}


# --- while Redis hangs ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_publishing_waits_once_for_a_silent_redis(silent_redis):
    publisher = group_publisher.GroupPublisher(silent_redis)
    began = time.monotonic()
    # With a timeout for each, the assertion below would fail.
    for _ in range(200):
        publisher.publish([("participant.anna", {"type": "participant.changed", "reason": "left"})])
    assert time.monotonic() - began < SOON


def test_publishing_tries_a_refusing_redis_each_time():
    publisher = group_publisher.GroupPublisher("redis://127.0.0.1:1/0")
    publisher.publish([("participant.anna", {"type": "participant.changed"})])
    assert publisher._quiet_until == 0


def test_messages_to_a_class_take_one_round_trip(empty_redis):
    before = empty_redis.info("stats")["total_reads_processed"]
    group_publisher.publish(
        [(f"participant.{number}", {"type": "participant.changed"}) for number in range(30)]
    )
    assert empty_redis.info("stats")["total_reads_processed"] - before <= 3


async def test_a_socket_gives_up_on_a_channel_layer_that_hangs(silent_redis, settings):
    [host] = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]
    layer = RedisPubSubChannelLayer(hosts=[host | subscriber(silent_redis)])
    with pytest.raises(redis.TimeoutError):
        await asyncio.wait_for(layer.new_channel(), SOON)
    await layer.flush()


@pytest.mark.slow
def test_a_page_gives_up_on_a_cache_that_hangs(client, silent_redis, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": silent_redis}}
    began = time.monotonic()
    assert client.post("/join/", {"code": "ACDEFG", "display_name": "Anna"}).status_code == 503
    assert time.monotonic() - began < SOON
