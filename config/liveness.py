"""Workers and beat write keys that expire to Redis every few seconds; a key that is missing is a problem."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import redis
from celery import bootsteps
from celery.signals import after_task_publish, beat_init
from django.conf import settings
from redis.retry import Retry

from emotion.frame_queue.scripts import UNREAD

if TYPE_CHECKING:
    from celery.worker.consumer import Consumer
    from kombu.asynchronous.timer import Entry

WORKER, BEAT, EXPORT_WORKER = "alive:worker", "alive:beat", "alive:export-worker"

logger = logging.getLogger(__name__)


def problems(client: redis.Redis) -> dict[str, str | None]:
    """Return the problem of the workers, all of them together, and that of beat; None where there is none."""
    with client.pipeline() as pipeline:
        pipeline.mget(WORKER, BEAT, EXPORT_WORKER, UNREAD)
        pipeline.time()
        (worker, beat, export_worker, unread), clock = pipeline.execute()
    return {
        "worker": _problem_of_workers(worker is not None, unread and _since(unread, clock)),
        "beat": None if beat else "Beat sends no tasks.",
        "export_worker": None if export_worker else "No worker for exports gives a sign of life.",
    }


def _problem_of_workers(is_alive: bool, unread_for: timedelta | None) -> str | None:
    if not is_alive:
        return "No worker gives a sign of life."
    if unread_for and unread_for > settings.ALIVE_FOR:
        return "Frames come, and no worker reads them."
    return None


def _since(milliseconds: bytes, clock: tuple[int, int]) -> timedelta:
    """Return the time since a moment, both by the clock of Redis: those of the machines may differ."""
    seconds, microseconds = clock
    return timedelta(seconds=seconds, microseconds=microseconds) - timedelta(milliseconds=int(milliseconds))


def report_alive(key: str) -> None:
    options = settings.REDIS_PATIENCE | {"retry": Retry(*settings.REDIS_RETRY_ALWAYS)}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        try:
            client.set(key, 1, px=settings.ALIVE_FOR)
        except redis.RedisError as error:
            logger.warning("%s was not written: %s", key, error)


class ReportAlive(bootsteps.StartStopStep):
    """Makes a child of the worker write the key, by the same way on which the worker gets its tasks.

    So a parent that is stuck, or children that all hang, do not seem alive, and a worker without tasks does.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)
    key = WORKER
    _timer: "Entry | None" = None

    def start(self, consumer: "Consumer") -> None:
        """Begin, also again after each outage of Redis, before which Celery calls stop()."""
        every = settings.ALIVE_EVERY.total_seconds()
        # Reported a little later, because the pool has not started yet.
        consumer.call_soon(self._report, consumer)
        self._timer = consumer.timer.call_repeatedly(every, self._report, (consumer,))

    def stop(self, consumer: "Consumer") -> None:
        if self._timer:
            self._timer.cancel()

    def _report(self, consumer: "Consumer") -> None:
        consumer.pool.apply_async(report_alive, (self.key,))


class ReportExportWorkerAlive(ReportAlive):
    key = EXPORT_WORKER


@beat_init.connect
def report_beat_at_each_task(**_: object) -> None:
    """Write beat's key at each task that this process, which is beat's, sends from now on."""
    _report_beat()
    after_task_publish.connect(_report_beat)


def _report_beat(**_: object) -> None:
    report_alive(BEAT)
