"""The demo's client of the student's socket, connected to the real consumer in the test's own process."""

from typing import Any
from uuid import UUID

import numpy as np
import simplejpeg
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse

from classroom.models import Participant
from classroom.seat_cookie import set_seat_cookie
from config.routing import websocket
from demo.client import RoomClient
from tests.waiting import SOON

OUR_PAGE = "http://localhost:8000"
SHADES = np.tile(np.arange(320).astype(np.uint8)[None, :, None], (240, 1, 1))
PICTURE = simplejpeg.encode_jpeg(SHADES, 70, "GRAY")


def cookie_of(participant: Participant) -> str:
    response = HttpResponse()
    set_seat_cookie(response, participant)
    return response.cookies.output(attrs=[], header="", sep=";").strip()


async def saved_states(participant: Participant) -> list[str]:
    """The states that were noted of this participant, oldest first."""
    return [state async for state in participant.presences.values_list("state", flat=True)]


class AsgiSocket(ApplicationCommunicator):
    """A WebSocket without a network: what is sent reaches the ASGI application directly."""

    async def send(self, message: bytes | str) -> None:
        kind = "bytes" if isinstance(message, bytes) else "text"
        await self.send_input({"type": "websocket.receive", kind: message})

    async def recv(self) -> str:
        message = await self.receive_output(SOON)
        assert message["type"] == "websocket.send", message
        return message["text"]


class Student(RoomClient[AsgiSocket]):
    """`async with Student(anna) as student` connects and is welcomed."""

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
        super().__init__(AsgiSocket(websocket, scope))

    async def __aenter__(self) -> "Student":
        await self.connect()
        await self.receive_welcome()
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
        """The code of a connection that is accepted and then closed at once."""
        await self.connect()
        return await self.closed()

    async def closed(self) -> int:
        """The code with which the server closes; messages before it are passed over."""
        while (message := await self.socket.receive_output(SOON))["type"] != "websocket.close":
            pass
        return message["code"]

    async def exchange_frame(self, jpeg: bytes = PICTURE, **header: Any) -> dict[str, Any]:
        """Send a frame and return the answer."""
        await self.send_frame(jpeg, **header)
        return await self.receive()

    async def exchange(self, **message: object) -> dict[str, Any]:
        """Send a JSON message and return the answer."""
        await self.send_json(**message)
        return await self.receive()

    async def exchange_raw(self, message: bytes | str) -> dict[str, Any]:
        """Send bytes or text as they are and return the answer."""
        await self.send_raw(message)
        return await self.receive()
