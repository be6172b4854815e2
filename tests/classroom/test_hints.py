import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections

from classroom.events import live_group, seat_group
from classroom.models import CONSENT_TEXT_VERSION, Consent
from tests import factory

pytestmark = pytest.mark.django_db(transaction=True)


async def heard_while(group, act):
    """The hint that open sockets of this group get while something happens."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    await sync_to_async(act)()
    await sync_to_async(connections.close_all)()  # this thread's own: the test database could not be dropped
    return await asyncio.wait_for(layer.receive(channel), 5)


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
async def test_the_students_socket_hears_why(act, reason):
    anna = (await sync_to_async(factory.consent)()).participant
    hint = await heard_while(seat_group(anna.pk), lambda: act(anna))
    assert hint == {"type": "seat.changed", "reason": reason}


async def test_the_live_page_hears_that_somebody_left():
    anna = await sync_to_async(factory.participant)()
    assert await heard_while(live_group(anna.session_id), anna.leave) == {"type": "class.changed"}


async def test_the_live_page_of_a_removed_teacher_is_told_to_look_again():
    session = await sync_to_async(factory.open_session)()
    ada = await sync_to_async(factory.teacher)()
    await session.course.teachers.aadd(ada)
    hint = await heard_while(live_group(session.pk), lambda: session.course.remove_teacher(ada.pk))
    assert hint == {"type": "class.changed"}
