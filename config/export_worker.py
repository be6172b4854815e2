"""The Celery app of workers that make files and reports: `celery -A config.export_worker worker -Q exports`.

They also do what waits for other servers (CELERY_TASK_ROUTES). They load neither the network nor the
libraries that frames need, and leave the processor to the workers that read frames.
"""

import os

import celery
from celery.signals import worker_process_init

from .celery import Task
from .liveness import ReportExportWorkerAlive

# As much as possible: whoever waits for a file waits longer, and no frame does.
NICENESS = 19

app = celery.Celery("classpulse-exports", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["exports", "dashboards", "api", "classroom"])
app.steps["consumer"].add(ReportExportWorkerAlive)


@worker_process_init.connect
def yield_to_others(**_: object) -> None:
    os.nice(NICENESS)
