"""The task that plays the simulated students of practice classes."""

import logging
from datetime import UTC, datetime

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from classroom.models import ClassSession

from .practice_class import STEP, PracticeClass, open_practices

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def play_practices() -> None:
    """Take one step in each practice class. While there is one, the task sends itself for the next step.

    Beat sends it as well, in case that message was lost. Each step has a number, which follows from the time,
    and is taken once: so two workers never play the same one, and there is never more than one message ahead.
    """
    step = timezone.now().timestamp() // STEP
    if not cache.add(f"practice.step.{step:.0f}", 1, timeout=2 * STEP):
        return
    practices = open_practices()
    for session in practices:
        _play(session)
    if practices:
        expires = STEP + settings.PRACTICE_RESUMED_EVERY.total_seconds()
        play_practices.apply_async(eta=datetime.fromtimestamp((step + 1) * STEP, UTC), expires=expires)


def _play(session: ClassSession) -> None:
    try:
        PracticeClass(session, timezone.now()).play()
    # One class that fails must not take the step of those after it.
    except Exception:
        logger.exception("Practice class %s missed a step.", session.pk)
