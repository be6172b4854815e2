import logging
import os

import celery

from .liveness import WorkerIsAlive

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)


class Task(celery.Task):
    """A task whose failure goes into the log of the process that ran it, and no further.

    Celery would send it through a pipe to the worker's parent, with a traceback that may be larger than the
    pipe. A parent that waits for Redis does not read, so the child waits in the middle of the message, and
    there the time limit interrupts it. The parent ends at the torn message (docs/upstream/celery.md).
    """

    def __call__(self, *args: object, **options: object) -> object:
        try:
            return super().__call__(*args, **options)
        except Exception:
            if self.request.called_directly:
                raise
            logger.exception("%s failed.", self.name)


app = celery.Celery("classpulse", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerIsAlive)
