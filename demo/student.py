"""One simulated student: a real face over the real socket, and what else a student does."""

import asyncio
import random
import ssl
import sys
import time
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from demo.activity import Activity, pulse
from demo.behaviour import NEVER, Behaviour, soon
from demo.client import RoomAccess, RoomClient, connect_room, join, leave
from demo.client_stats import ClientStats
from demo.video import STEP, Look, jpegs
from demo.web_client import WebClient

NAMES = [
    *("Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace"),
    *("Hedy", "John", "Leslie", "Mary", "Niklaus", "Radia", "Sofya", "Vint"),
]
PAUSE = (15.0, 60.0)  # seconds
# A closed laptop: some come back before they count as gone, others after it.
AWAY = (20.0, 120.0)  # seconds
HERE_EVERY = 20.0  # seconds, of a page that has nothing else to send
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 10.0  # seconds
# The server closes with a code from here on when the client should not come back (docs/protocol.md).
FIRST_FINAL_CLOSE_CODE = 4000


class DroppedOut(Exception):
    """The student's connection is lost for a while, as when a laptop is closed."""


class SimulatedStudent:
    """A student with a camera. `access` is what join() or a benchmark's own set-up gives."""

    def __init__(
        self,
        number: int,
        *,
        access: RoomAccess | None = None,
        frames_per_second: float = 1.0,
        behaviour: Behaviour | None = None,
    ) -> None:
        self.name = f"{NAMES[number % len(NAMES)]} {number + 1} (simulated)"
        self.look = Look.number(number)
        self.stats = ClientStats()
        self.client: RoomClient[ClientConnection] | None = None
        self.welcomed = asyncio.Event()
        # Clear while the teacher pauses all cameras.
        self._may_film = asyncio.Event()
        self._access = access
        self._web: WebClient | None = None
        self._behaviour = behaviour or Behaviour()
        self._activity: Activity | None = None
        # Anywhere in the clip, so that the faces of a class do not move together.
        self._offset = random.uniform(0, 3600)
        self._shortest_interval = 1 / frames_per_second
        # Capture times of frames without an answer, by sequence.
        self._captured: dict[int, float] = {}

    def join(self, site: str, code: str, *, tls: ssl.SSLContext | None, own_line: bool) -> None:
        self._web = WebClient(tls)
        has_camera = self._behaviour.has_camera
        self._access = join(
            self._web, site, code=code, display_name=self.name, camera=has_camera, own_line=own_line
        )
        if self._behaviour != Behaviour():
            self._activity = Activity(self._behaviour, self._web, self._access)

    def leave(self) -> None:
        if self._web and self._access:
            leave(self._web, self._access)

    async def attend(self) -> None:
        """Stay until the server closes the socket for good; come back after a lost connection."""
        backoff = FIRST_BACKOFF
        while True:
            opened = time.monotonic()
            try:
                async with connect_room(self._joined) as socket:
                    self.client = RoomClient(socket)
                    await self.client.receive_welcome()
                    self.welcomed.set()
                    self.stats.welcome_delays.append(time.monotonic() - opened)
                    backoff = FIRST_BACKOFF
                    await self._take_part(self.client)
            except DroppedOut:
                await asyncio.sleep(random.uniform(*AWAY))
                continue
            except (ConnectionClosed, InvalidHandshake, OSError) as error:
                code = error.rcvd.code if isinstance(error, ConnectionClosed) and error.rcvd else 1006
                if code >= FIRST_FINAL_CLOSE_CODE:
                    print(f"{self.name}: the server closed the socket with {code}", file=sys.stderr)
                    return
            self.stats.reconnects += 1
            await asyncio.sleep(backoff * random.uniform(0.5, 1))
            backoff = min(backoff * 2, LONGEST_BACKOFF)

    @property
    def _joined(self) -> RoomAccess:
        if self._access is None:
            raise RuntimeError(f"{self.name} has not joined a class.")
        return self._access

    async def _take_part(self, client: RoomClient[ClientConnection]) -> None:
        """Returns when the server closes the connection normally, as it does when it restarts.

        Raises DroppedOut when the student is away for a while.
        """
        self._captured.clear()
        self._follow_teacher(paused=client.welcome["paused"])
        works = [self._film(client) if self._films(client) else _stay(client), self._send_pulses(client)]
        if self._activity:
            await self._activity.catch_up()
            works.append(self._activity.live())
        sending = [asyncio.create_task(work) for work in works]
        try:
            async with asyncio.timeout(_or_never(soon(self._behaviour.drops_every))):
                while True:
                    self._handle(await client.receive())
        except TimeoutError as late:
            raise DroppedOut from late
        finally:
            for task in sending:
                task.cancel()
                with suppress(asyncio.CancelledError, ConnectionClosed):
                    await task

    def _films(self, client: RoomClient[ClientConnection]) -> bool:
        return self._behaviour.has_camera and client.welcome["mode"] != "participation"

    async def _film(self, client: RoomClient[ClientConnection]) -> None:
        """Send pictures, with a pause now and then."""
        while True:
            await client.send_state("measuring")
            with suppress(TimeoutError):
                async with asyncio.timeout(_or_never(soon(self._behaviour.pauses_every))):
                    await self._send_frames(client)
            await client.send_state("paused")
            await asyncio.sleep(random.uniform(*PAUSE))

    async def _send_frames(self, client: RoomClient[ClientConnection]) -> None:
        frames = jpegs(self.look)
        # Cameras do not all start at the same moment.
        await asyncio.sleep(random.uniform(0, client.interval))
        while True:
            await self._may_film.wait()
            now = time.time()
            jpeg = frames[self.place_in_clip(now, len(frames))]
            self._captured[client.sequence] = now
            await client.send_frame(jpeg, taken_at=now)
            self.stats.sent += 1
            await asyncio.sleep(max(client.interval, self._shortest_interval) - (time.time() - now))

    def place_in_clip(self, now: float, length: int) -> int:
        """Which of so many pictures this student's camera shows, at a pace and a phase of their own."""
        return int((now + self._offset) / (STEP * self._behaviour.slowdown)) % length

    async def _send_pulses(self, client: RoomClient[ClientConnection]) -> None:
        """Now and then, as students press the buttons of their page."""
        while True:
            await asyncio.sleep(soon(self._behaviour.says_every))
            kind, value = pulse()
            await client.send_pulse(kind, **value)

    def _handle(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "admitted", "sequence": sequence}:
                self.stats.admitted += 1
                if sequence in self._captured:
                    self.stats.admitted_delays.append(time.time() - self._captured[sequence])
            case {"type": "cameras", "paused": paused}:
                self._follow_teacher(paused=paused)
            case {"type": "refused", "code": code}:
                self.stats.refused[code] += 1
            case {"type": "activities"} if self._activity:
                self._activity.on_message(message)
            case {"type": "pick", "state": "asked"} if self._activity:
                self._activity.on_pick()
            case {"type": "reading", "sequence": sequence, "face": face, "expression": expression}:
                self.stats.readings[face] += 1
                self.stats.expressions[expression or "none"] += 1
                # A reading of a frame from before a lost connection has no capture time here.
                if (captured := self._captured.pop(sequence, None)) is not None:
                    self.on_reading(sequence, captured)

    def _follow_teacher(self, *, paused: bool) -> None:
        if paused:
            self._may_film.clear()
        else:
            self._may_film.set()

    def on_reading(self, sequence: int, captured: float) -> None:
        """A frame of this connection was read. `captured` is its time in seconds since 1970."""
        self.stats.reading_delays.append(time.time() - captured)
        # Newest wins: no frame before this one will be read any more.
        for older in [one for one in self._captured if one < sequence]:
            del self._captured[older]


async def _stay(client: RoomClient[ClientConnection]) -> None:
    """What a page without a camera sends."""
    while True:
        await asyncio.sleep(HERE_EVERY)
        await client.send_json(type="here")


def _or_never(seconds: float) -> float | None:
    return None if seconds == NEVER else seconds
