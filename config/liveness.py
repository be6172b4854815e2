"""How the site knows that a worker and beat run: each says so in Redis every few seconds, and it expires."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import redis
from celery import bootsteps
from celery.signals import after_task_publish, beat_init
from django.conf import settings
from redis.retry import Retry

from emotion.scripts import UNREAD

if TYPE_CHECKING:
    from celery.worker.consumer import Consumer  # a web process needs none of it
    from kombu.asynchronous.timer import Entry

WORKER, BEAT = "alive:worker", "alive:beat"

logger = logging.getLogger(__name__)


def problems(client: redis.Redis) -> dict[str, str | None]:
    """What is wrong with the workers, all of them together, and with beat."""
    (worker, beat, unread), clock = client.pipeline().mget(WORKER, BEAT, UNREAD).time().execute()
    return {
        "worker": _problem_of_workers(worker is not None, unread and _since(unread, clock)),
        "beat": None if beat else "Beat sends no tasks.",
    }


def _problem_of_workers(is_alive: bool, unread_for: timedelta | None) -> str | None:
    if not is_alive:
        return "No worker gives a sign of life."
    if unread_for and unread_for > settings.ALIVE_FOR:
        return "Frames come, and no worker reads them."
    return None


def _since(milliseconds: bytes, clock: tuple[int, int]) -> timedelta:
    """By Redis' clock: those of the machines may differ."""
    seconds, microseconds = clock
    return timedelta(seconds=seconds, microseconds=microseconds) - timedelta(milliseconds=int(milliseconds))


def say_alive(who: str) -> None:
    options = settings.REDIS_PATIENCE | {"retry": Retry(*settings.REDIS_RETRY_ALWAYS)}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        try:
            client.set(who, 1, px=settings.ALIVE_FOR)
        except redis.RedisError as error:
            logger.warning("%s was not written: %s", who, error)


class WorkerIsAlive(bootsteps.StartStopStep):
    """The worker's own clock has one of its children write it, as it would have it read frames. So neither a
    parent that is stuck nor children that all hang seem alive, and a worker without work does not seem dead.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)
    _asking: "Entry | None" = None

    def start(self, consumer: "Consumer") -> None:
        """Also after each outage of Redis, with stop() before it."""
        every = settings.ALIVE_EVERY.total_seconds()
        consumer.call_soon(self._ask, consumer)  # the pool is not up yet
        self._asking = consumer.timer.call_repeatedly(every, self._ask, (consumer,))

    def stop(self, consumer: "Consumer") -> None:
        if self._asking:
            self._asking.cancel()

    def _ask(self, consumer: "Consumer") -> None:
        consumer.pool.apply_async(say_alive, (WORKER,))


@beat_init.connect
def beat_is_alive(**_: object) -> None:
    """In beat's process alone: others send tasks, too."""
    _beat_has_sent()
    after_task_publish.connect(_beat_has_sent)


def _beat_has_sent(**_: object) -> None:
    say_alive(BEAT)
