"""How a worker waits for a Redis that is away. docs/upstream/celery.md has what Celery does by itself."""

from functools import partial

from celery.worker.consumer import Consumer
from kombu import Connection

TRY_AGAIN_AFTER = 1  # seconds; by itself Celery waits longer each time, up to 30


class PatientConsumer(Consumer):
    """Celery's own, without the words that workers send each other and monitors.

    Nobody listens to them here. A worker sends them until Redis takes them, and meanwhile does nothing else:
    it reads no result, and then takes a task that ended long ago for one that has passed its time limit.
    """

    def __init__(self, *args: object, worker_options: dict | None = None, **options: object) -> None:
        silent = {"without_gossip": True, "without_heartbeat": True, "without_mingle": True}
        super().__init__(*args, worker_options=(worker_options or {}) | silent, **options)

    def ensure_connected(self, conn: Connection) -> Connection:
        steady = {"interval_start": TRY_AGAIN_AFTER, "interval_step": 0}
        conn.ensure_connection = partial(conn.ensure_connection, **steady)
        return super().ensure_connected(conn)
