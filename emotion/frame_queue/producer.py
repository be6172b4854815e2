"""The web process's side of the queue: all frames of one tick of the event loop go in one Redis call."""

import asyncio
import logging
import time
from collections import Counter
from uuid import UUID

import redis
import redis.asyncio
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from emotion.per_loop import per_loop

from . import scripts
from .frame import Frame
from .pacing import Pacing
from .queue import WAKE_AGAIN_AFTER_MS, Outcome, flat

# Seconds: a flood of refused frames must not become a flood of commands.
COUNT_REFUSALS_EVERY = 1.0

logger = logging.getLogger(__name__)


class FrameProducer:
    """Puts the frames of all sockets of one event loop into the queue."""

    def __init__(self) -> None:
        # No second attempt: by the time it came, the student would have a newer frame.
        self._client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, **settings.FRAME_PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._put = self._client.register_script(scripts.PUT)
        self._frames: list[Frame] = []
        self._refused: Counter[Outcome] = Counter()
        self._one_call_at_a_time = asyncio.Lock()
        self._next_call: asyncio.Task[bool] | None = None
        self._refusals_due: asyncio.TimerHandle | None = None
        self._waking: asyncio.Future[None] | None = None
        self._pacing = Pacing(
            fastest_ms=round(settings.FRAME_INTERVAL.total_seconds() * 1000),
            slowest_ms=round(settings.SLOWEST_FRAME_INTERVAL.total_seconds() * 1000),
        )
        self._is_up = True

    @property
    def interval_ms(self) -> int:
        """The time that students are asked to leave between two frames."""
        return self._pacing.interval_ms

    async def put(self, frame: Frame) -> bool:
        """Return whether Redis has taken the frame. Its outcome is counted either way."""
        if not self._is_up and self._one_call_at_a_time.locked():
            # The call under way tries whether Redis is back: a socket that waited, too, would read no pong.
            self._count_with_the_next([frame], Counter())
            return False
        self._frames.append(frame)
        # Shielded: one student who leaves must not cancel the call that carries everybody's frames.
        return await asyncio.shield(self._call_soon())

    def count_refused(self, session_id: UUID) -> None:
        """Count a frame that was refused before it came to put()."""
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
        # Frames that arrive while a call is under way travel with the next.
        async with self._one_call_at_a_time:
            self._next_call = None
            frames, self._frames = self._frames, []
            refused, self._refused = self._refused, Counter()
            if self._refusals_due:
                self._refusals_due.cancel()
                self._refusals_due = None
            try:
                waited_ms, must_wake = await self._put(args=_put_arguments(frames, refused))
            except redis.RedisError as error:
                # After a timeout the script may still run, and then it counts by itself.
                if not isinstance(error, redis.TimeoutError):
                    self._count_with_the_next(frames, refused)
                self._log_change(is_up=False, reason=error)
                return False
        self._log_change(is_up=True)
        self._pacing.update(waited_ms / 1000, time.monotonic())
        if must_wake:
            self._waking = asyncio.get_running_loop().run_in_executor(None, wake_worker)
        return True

    def _count_with_the_next(self, frames: list[Frame], refused: Counter[Outcome]) -> None:
        self._refused.update(refused)
        for frame in frames:
            self.count_refused(frame.session_id)
        self._count_refusals_later()

    def _log_change(self, *, is_up: bool, reason: object = "") -> None:
        if is_up != self._is_up:
            self._is_up = is_up
            logger.warning("Redis takes frames again" if is_up else f"Redis takes no frames: {reason}")


frame_producer = per_loop(FrameProducer)


def wake_worker() -> None:
    """Send one Celery message for all frames that wait; it expires when they do."""
    expires = settings.FRAME_TTL.total_seconds()
    try:
        current_app.send_task("emotion.tasks.read_frames", expires=expires, retry=False, ignore_result=True)
    except OperationalError as error:
        # The next frame tries again.
        logger.warning("The workers could not be called: %s", error)


def _put_arguments(frames: list[Frame], refused: Counter[Outcome]) -> list:
    lifetime_ms = round(settings.FRAME_TTL.total_seconds() * 1000)
    arguments = [lifetime_ms, WAKE_AGAIN_AFTER_MS, len(refused), *flat(refused)]
    for frame in frames:
        arguments += frame.queue_key, frame.pack()
    return arguments
