"""The Celery app of workers and beat."""

import logging
import os

import celery

from .liveness import ReportAlive

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)


class Task(celery.Task):
    """A task whose failure is logged by the process that ran it, and not sent to the worker's parent.

    Celery would send it through a pipe, with a traceback that may be larger than the pipe. A parent that
    waits for Redis does not read, so the child waits in the middle of the message, and there the time limit
    interrupts it. The parent ends when it reads the torn message (docs/upstream/celery.md).
    """

    def __call__(self, *args: object, **options: object) -> object:
        try:
            return super().__call__(*args, **options)
        except Exception:
            if self.request.called_directly:
                raise
            logger.exception("%s failed.", self.name)
            return None


app = celery.Celery("classpulse", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(ReportAlive)
