"""Tell the open sockets what the workers read. Hints only: the database is the truth."""

import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from classroom.events import live_group


def readings_changed(session_ids: set[uuid.UUID]) -> None:
    async_to_sync(_send)([(live_group(id_), {"type": "readings.changed"}) for id_ in session_ids])


async def _send(messages: list[tuple[str, dict]]) -> None:
    layer = get_channel_layer()
    for group, message in messages:
        await layer.group_send(group, message)
