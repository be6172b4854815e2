"""The Celery app of workers that make files and reports: `celery -A config.export_worker worker -Q exports`.

They also do what waits for other servers (CELERY_TASK_ROUTES). They load neither the network nor the
libraries that frames need, and leave the processor to the workers that read frames.
"""

import logging
import os
import time
from pathlib import Path

import celery
from celery.signals import worker_init, worker_process_init

from .celery import Task
from .liveness import ReportExportWorkerAlive

# The highest niceness: whoever waits for a file waits longer, and no frame does.
NICENESS = 19
# Linux shares a busy processor among sessions of processes first (autogroups), and niceness counts within one
# only. At 5 a session has a third of another's weight: a file and a mail still come on a busy machine.
SESSION_NICENESS = 5
AUTOGROUP = Path("/proc/self/autogroup")

logger = logging.getLogger(__name__)

app = celery.Celery("classpulse-exports", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["exports", "dashboards", "api", "classroom"])
app.steps["consumer"].add(ReportExportWorkerAlive)


@worker_init.connect
def yield_to_other_sessions(**_: object) -> None:
    # Whoever starts all workers in one session needs no more than the niceness below.
    if not AUTOGROUP.exists() or os.getsid(0) != os.getpid():
        return
    try:
        _set_session_niceness()
    except OSError as error:
        logger.info("The priority of this worker's session cannot be lowered: %s", error)


def _set_session_niceness() -> None:
    try:
        AUTOGROUP.write_text(str(SESSION_NICENESS))
    except BlockingIOError:
        # Linux takes one such change in a tenth of a second, of all processes together.
        time.sleep(0.2)
        AUTOGROUP.write_text(str(SESSION_NICENESS))


@worker_process_init.connect
def yield_to_others(**_: object) -> None:
    os.nice(NICENESS)
