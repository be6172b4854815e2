"""The periodic task that plays the simulated students of practice classes."""

import logging

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from classroom.models import ClassSession

from .practice_class import PracticeClass, open_practices

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def play_practices() -> None:
    """Take one step in each practice class. Two workers never take the same one."""
    for session in open_practices():
        taken = f"practice.step.{session.pk.hex}"
        if cache.add(taken, 1, timeout=settings.PRACTICE_STEP.total_seconds() / 2):
            _play(session)


def _play(session: ClassSession) -> None:
    try:
        PracticeClass(session, timezone.now()).play()
    # One class that fails must not take the step of those after it.
    except Exception:
        logger.exception("Practice class %s missed a step.", session.pk)
