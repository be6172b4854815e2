"""How a worker waits for a Redis that is down (docs/upstream/celery.md).

It overrides internals of Celery: tests/test_private_apis.py fails when these change.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from celery.worker.consumer import Consumer
from kombu import Connection

# Seconds between two attempts to connect; Celery's own intervals grow to 30.
TRY_AGAIN_AFTER = 1


class PatientConsumer(Consumer):
    """Celery's consumer, without the messages that workers send to each other and to monitors.

    Nobody reads them here. A worker repeats such a message until Redis takes it, and does nothing else
    meanwhile: it reads no result, and then takes a task that ended long ago for one over its time limit.
    """

    def __init__(
        self,
        on_task_request: Callable[..., Any],
        worker_options: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        quiet = {"without_gossip": True, "without_heartbeat": True, "without_mingle": True}
        super().__init__(on_task_request, worker_options=(worker_options or {}) | quiet, **options)

    def ensure_connected(self, conn: Connection) -> Connection:
        # Celery passes the intervals of kombu's defaults on, and has no setting for them.
        conn.ensure_connection = partial(  # type: ignore[method-assign]
            conn.ensure_connection, interval_start=TRY_AGAIN_AFTER, interval_step=0
        )
        return super().ensure_connected(conn)
