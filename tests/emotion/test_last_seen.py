"""When participants last sent anything is written as long as there are sockets."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from emotion.socket import presence
from emotion.socket.last_seen import LastSeen
from tests.waiting import SOON


class Socket:
    def __init__(self) -> None:
        self.participant_id, self.heard_at = uuid4(), timezone.now()
        self.asked = asyncio.Event()

    async def record_presence(self) -> None:
        """As of a client that has gone: uvicorn raises when its socket is closed."""
        self.asked.set()
        raise OSError("The client has gone.")


@pytest.mark.any_database
async def test_a_socket_that_fails_ends_the_writing_of_no_other(monkeypatch, settings):
    settings.LAST_SEEN_WRITTEN_EVERY = timedelta(milliseconds=5)
    last_seen, first, second = LastSeen(), Socket(), Socket()

    async def everybody_is_gone(times: dict) -> set:
        return set(times)

    monkeypatch.setattr(presence, "record_last_seen", everybody_is_gone)
    for socket in (first, second):
        last_seen.add(socket)
        socket.heard_at = timezone.now()
        await asyncio.wait_for(socket.asked.wait(), SOON)
    for socket in (first, second):
        last_seen.discard(socket)
