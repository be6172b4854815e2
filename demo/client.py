"""A client of the student's socket (docs/protocol.md), for simulated students, tests and benchmarks."""

import json
import ssl
import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.typing import Origin

from demo.web_client import Page, WebClient

PROTOCOL_VERSION = 1
# Version, purpose, sequence, and capture time in milliseconds since 1970.
HEADER = struct.Struct("!BBIQ")


class Purpose(IntEnum):
    CLASS = 0
    CAMERA_CHECK = 1


def pack_frame(
    sequence: int,
    jpeg: bytes = b"",
    *,
    taken_at: float | None = None,
    version: int = PROTOCOL_VERSION,
    purpose: int = Purpose.CLASS,
) -> bytes:
    """One binary message. `taken_at` is in seconds since 1970; None is now."""
    milliseconds = round((time.time() if taken_at is None else taken_at) * 1000)
    return HEADER.pack(version, purpose, sequence, milliseconds) + jpeg


@dataclass(frozen=True)
class RoomAccess:
    """What opens one participant's socket: the site's address, the session and the signed cookie."""

    site: str
    session_id: str
    cookie: str
    tls: ssl.SSLContext | None = None

    @property
    def socket_url(self) -> str:
        return f"{self.site.replace('http', 'ws', 1)}/ws/room/{self.session_id}/"


def join(
    client: WebClient, site: str, *, code: str, display_name: str, camera: bool = True, own_line: bool = False
) -> RoomAccess:
    """Fill in the join page and, where there are cameras, the consent page.

    Raises LookupError where a page refuses.
    """
    page = client.get(f"{site}/join/")
    page = client.submit(page, page.form_with("code"), code=code, display_name=display_name)
    if not _room_of(page):
        choice = {"own_line": "on"} if own_line and camera else {}
        page = client.submit(page, page.form_with("camera"), camera="yes" if camera else "no", **choice)
    session_id = _room_of(page)
    if not session_id:
        raise LookupError(f"{page.url} is not the room: the class may have ended.")
    return RoomAccess(site, session_id, client.cookie_header, client.tls)


def _room_of(page: Page) -> str:
    """The session's id if this is the room: in a class without cameras the join page leads straight to it."""
    path = urlsplit(page.url).path.split("/")
    return path[2] if path[1] == "room" and path[3:] == [""] else ""


def leave(client: WebClient, access: RoomAccess) -> None:
    client.post(f"{access.site}/room/{access.session_id}/leave/")


def act(client: WebClient, access: RoomAccess, path: str, **fields: object) -> None:
    """Send an answer, a hand, a question or a vote (docs/protocol.md)."""
    client.post(f"{access.site}/room/{access.session_id}/{path}", **fields)


def read_activities(client: WebClient, access: RoomAccess) -> dict[str, Any]:
    """What the class is asked now, and what this student has answered."""
    state: dict[str, Any] = json.loads(client.get(f"{access.site}/room/{access.session_id}/activities/").html)
    return state


def connect_room(access: RoomAccess, **options: Any) -> connect:
    """`async with connect_room(access) as socket`, with further options of the websockets library."""
    headers = {"Cookie": access.cookie}
    return connect(
        access.socket_url,
        origin=Origin(access.site),
        additional_headers=headers,
        ssl=access.tls,
        compression=None,
        **options,
    )


class Socket(Protocol):
    """An open WebSocket: one of the websockets library, or one inside a test's own process."""

    async def send(self, message: Any, /) -> None: ...

    async def recv(self) -> bytes | str: ...


AnySocket = TypeVar("AnySocket", bound=Socket)


class RoomClient(Generic[AnySocket]):
    """The protocol over an open socket. It checks nothing, so that a test can send what it likes."""

    def __init__(self, socket: AnySocket) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}
        # The sequence of the next frame.
        self.sequence = 0
        # Seconds between two frames, as the server last asked.
        self.interval = 1.0
        # Seconds that the server's clock is ahead of this one.
        self.clock_shift = 0.0

    async def receive(self) -> dict[str, Any]:
        """The next message of the server, whose pace applies from now on."""
        message = json.loads(await self.socket.recv())
        self.interval = message.get("interval_ms", self.interval * 1000) / 1000
        return message

    async def receive_welcome(self) -> None:
        """The first message; before it the client may not speak."""
        self.welcome = await self.receive()
        self.sequence = self.welcome["sequence"]
        self.clock_shift = self.welcome["server_time"] / 1000 - time.time()

    async def send_frame(self, jpeg: bytes, *, taken_at: float | None = None, **header: int) -> int:
        """Send a frame that was captured at this time of our own clock, and return its sequence."""
        sequence, self.sequence = self.sequence, self.sequence + 1
        captured = time.time() if taken_at is None else taken_at
        await self.send_raw(pack_frame(sequence, jpeg, taken_at=captured + self.clock_shift, **header))
        return sequence

    async def send_json(self, **message: object) -> None:
        await self.send_raw(json.dumps(message))

    async def send_state(self, state: str) -> None:
        await self.send_json(type="state", state=state)

    async def send_pulse(self, kind: str, **value: int) -> None:
        await self.send_json(type="pulse", kind=kind, **value)

    async def send_raw(self, message: bytes | str) -> None:
        """Send bytes or text as they are, also such as no client should send."""
        await self.socket.send(message)
