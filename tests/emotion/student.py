"""A student's client written by hand after docs/protocol.md, speaking to the real consumer."""

import json
import struct
import time
from uuid import UUID

import numpy as np
import simplejpeg
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse

from classroom.models import Participant
from classroom.seat_cookie import set_seat_cookie
from config.routing import websocket
from tests.waiting import SOON

OUR_PAGE = "http://localhost:8000"
SHADES = np.tile(np.arange(320).astype(np.uint8)[None, :, None], (240, 1, 1))
PICTURE = simplejpeg.encode_jpeg(SHADES, 70, "GRAY")


def cookie_of(participant: Participant) -> str:
    response = HttpResponse()
    set_seat_cookie(response, participant)
    return response.cookies.output(attrs=[], header="", sep=";").strip()


async def saved_states(participant: Participant) -> list[str]:
    """What has been noted of them, in the order it was."""
    return [state async for state in participant.presences.values_list("state", flat=True)]


def packed(
    sequence: int, jpeg: bytes = PICTURE, *, version: int = 1, purpose: int = 0, taken_at: float | None = None
) -> bytes:
    taken_at_ms = round((taken_at or time.time()) * 1000)
    return struct.pack(">BBIQ", version, purpose, sequence, taken_at_ms) + jpeg


class Student:
    def __init__(
        self,
        participant: Participant,
        *,
        session_id: UUID | None = None,
        page_of: Participant | None = None,
        cookie: str | None = None,
        origin: str | None = OUR_PAGE,
        host: str = "localhost:8000",
        query: bytes = b"",
    ) -> None:
        cookie = cookie_of(participant) if cookie is None else cookie
        headers = {"host": host, "cookie": cookie} | ({"origin": origin} if origin else {})
        scope = {
            "type": "websocket",
            "path": f"/ws/room/{session_id or participant.session_id}/",
            "query_string": f"seat={page_of.page_token}".encode() if page_of else query,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self.socket = ApplicationCommunicator(websocket, scope)
        self.welcome: dict = {}

    async def __aenter__(self) -> "Student":
        await self.connect()
        self.welcome = await self.hear()
        self.sequence = self.welcome["sequence"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

    async def connect(self) -> None:
        await self.socket.send_input({"type": "websocket.connect"})
        assert (await self.socket.receive_output(SOON))["type"] == "websocket.accept"

    async def disconnect(self, code: int = 1006) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": code})
        await self.socket.wait(SOON)

    async def close_code(self) -> int:
        """Of a connection that is accepted and then closed at once."""
        await self.connect()
        return await self.closed()

    async def closed(self) -> int:
        while (message := await self.socket.receive_output(SOON))["type"] != "websocket.close":
            pass
        return message["code"]

    async def hear(self) -> dict:
        message = await self.socket.receive_output(SOON)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def send(self, jpeg: bytes = PICTURE, **head: int) -> dict:
        """One frame, and the answer to it."""
        self.sequence += 1
        return await self.send_raw(packed(self.sequence - 1, jpeg, **head))

    async def send_raw(self, message: bytes) -> dict:
        await self.socket.send_input({"type": "websocket.receive", "bytes": message})
        return await self.hear()

    async def tell(self, **message: object) -> None:
        await self.tell_raw(json.dumps(message))

    async def tell_raw(self, text: str) -> None:
        await self.socket.send_input({"type": "websocket.receive", "text": text})

    async def tell_and_hear(self, **message: object) -> dict:
        await self.tell(**message)
        return await self.hear()
