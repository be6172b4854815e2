"""The web process's way to Redis: what all sockets put in one tick of the event loop travels in one call."""

import asyncio
import logging
import time
from collections import Counter
from uuid import UUID
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from . import scripts
from .frames import RING_AGAIN_AFTER_MS, Frame, Outcome, flat
from .limits import next_interval_ms

COUNT_REFUSALS_EVERY = 1.0  # seconds: a flood of refused frames must not become a flood of commands
FORGIVEN_SECONDS = 30  # after so long without a frame the pace is back at its fastest anyway

logger = logging.getLogger(__name__)


class Slots:
    """One for each event loop: what its sockets put in one tick travels together."""

    def __init__(self) -> None:
        # No second attempt either: by the time it came, the student would have a newer frame.
        self._client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, **settings.FRAME_PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._put = self._client.register_script(scripts.PUT)
        self._frames: list[Frame] = []
        self._refused: Counter[Outcome] = Counter()
        self._one_call_at_a_time = asyncio.Lock()
        self._next_call: asyncio.Task[bool] | None = None
        self._refusals_due: asyncio.TimerHandle | None = None
        self._ringing: asyncio.Future | None = None
        self._pace = Pace()
        self._is_up = True

    @property
    def interval_ms(self) -> int:
        return self._pace.interval_ms

    async def put(self, frame: Frame) -> bool:
        """Whether Redis says that it keeps it. What became of the frame is counted either way."""
        if not self._is_up and self._one_call_at_a_time.locked():
            # One call tries whether it is back: a socket that waited for each would read no pong for as long.
            self._count_with_the_next([frame], Counter())
            return False
        self._frames.append(frame)
        # Shielded: one student who leaves must not cancel the call that carries everybody's frames.
        return await asyncio.shield(self._call_soon())

    def count_refused(self, session_id: UUID) -> None:
        """Of a message that never came to put()."""
        self._refused.update({(session_id, "received"): 1, (session_id, "refused"): 1})
        self._count_refusals_later()

    async def close(self) -> None:
        if self._refusals_due:
            self._refusals_due.cancel()
        if self._next_call:
            await self._next_call
        await self._client.aclose()

    def _call_soon(self) -> asyncio.Task[bool]:
        if self._next_call is None:
            self._next_call = asyncio.create_task(self._call())
        return self._next_call

    def _count_refusals_later(self) -> None:
        if self._refusals_due is None:
            loop = asyncio.get_running_loop()
            self._refusals_due = loop.call_later(COUNT_REFUSALS_EVERY, self._call_soon)

    async def _call(self) -> bool:
        async with self._one_call_at_a_time:  # what arrives while it is under way travels with the next
            self._next_call = None
            frames, self._frames = self._frames, []
            refused, self._refused = self._refused, Counter()
            if self._refusals_due:
                self._refusals_due.cancel()
                self._refusals_due = None
            try:
                waited_ms, must_ring = await self._put(args=_put_arguments(frames, refused))
            except redis.RedisError as error:
                if not isinstance(error, redis.TimeoutError):  # it may run yet, and count by itself
                    self._count_with_the_next(frames, refused)
                self._note(is_up=False, reason=error)
                return False
        self._note(is_up=True)
        self._pace.hear(waited_ms / 1000, time.monotonic())
        if must_ring:
            self._ringing = asyncio.get_running_loop().run_in_executor(None, ring)
        return True

    def _count_with_the_next(self, frames: list[Frame], refused: Counter[Outcome]) -> None:
        self._refused.update(refused)
        for frame in frames:
            self.count_refused(frame.session_id)
        self._count_refusals_later()

    def _note(self, *, is_up: bool, reason: object = "") -> None:
        if is_up != self._is_up:
            self._is_up = is_up
            logger.warning("Redis takes frames again" if is_up else f"Redis takes no frames: {reason}")


class Pace:
    """How often students are asked for a frame, for everybody at once, changed once a second at most."""

    def __init__(self) -> None:
        self.fastest_ms = round(settings.FRAME_INTERVAL.total_seconds() * 1000)
        self.slowest_ms = round(settings.SLOWEST_FRAME_INTERVAL.total_seconds() * 1000)
        self.interval_ms = self.fastest_ms
        self._changed_at: float | None = None

    def hear(self, backlog_seconds: float, now: float) -> None:
        quiet = FORGIVEN_SECONDS if self._changed_at is None else int(now - self._changed_at)
        if quiet < 1:
            return
        self._changed_at = now
        for _second in range(min(quiet, FORGIVEN_SECONDS) - 1):  # seconds without a frame had no backlog
            self._step(0.0)
        self._step(backlog_seconds)

    def _step(self, backlog_seconds: float) -> None:
        self.interval_ms = next_interval_ms(
            self.interval_ms, backlog_seconds, fastest_ms=self.fastest_ms, slowest_ms=self.slowest_ms
        )


_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, Slots] = WeakKeyDictionary()


def slots() -> Slots:
    loop = asyncio.get_running_loop()
    if loop not in _slots:
        _slots[loop] = Slots()
    return _slots[loop]


def ring() -> None:
    """Call a worker: one Celery message for all that waits, worthless once the frames have expired."""
    expires = settings.FRAME_TTL.total_seconds()
    try:
        current_app.send_task("emotion.tasks.read_frames", expires=expires, retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("The workers could not be called: %s", error)  # the next frame calls them again


def _put_arguments(frames: list[Frame], refused: Counter[Outcome]) -> list:
    lifetime = round(settings.FRAME_TTL.total_seconds() * 1000)
    arguments = [lifetime, RING_AGAIN_AFTER_MS, len(refused), *flat(refused)]
    for frame in frames:
        arguments += frame.place, frame.pack()
    return arguments
