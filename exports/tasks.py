"""Celery's tasks. `make_export` runs in workers of its own, the others beside everything else."""

import logging
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from .making import make
from .models import Export

TIME_LIMIT = round(settings.EXPORT_TIME_LIMIT.total_seconds())

logger = logging.getLogger(__name__)


# Ten seconds more, in which the task notes that it took too long.
@shared_task(ignore_result=True, soft_time_limit=TIME_LIMIT, time_limit=TIME_LIMIT + 10)
def make_export(export_id: str) -> None:
    make(UUID(export_id))


def call_worker(export_id: UUID) -> bool:
    """Tell the workers of an export that waits. Return False if Redis does not answer: beat tries again."""
    expires = settings.EXPORT_CALLED_AGAIN_AFTER.total_seconds()
    try:
        make_export.apply_async((str(export_id),), expires=expires, retry=False)
    except OperationalError as error:
        logger.warning("The workers for exports could not be called: %s", error)
        return False
    Export.objects.filter(pk=export_id).update(called_at=timezone.now())
    return True


@shared_task(ignore_result=True)
def resume_lost_exports() -> None:
    for export_id in Export.objects.resume_lost(timezone.now()):
        call_worker(export_id)


@shared_task(ignore_result=True)
def delete_expired_exports() -> None:
    """Delete what expired, and files with readings that teachers may no longer see."""
    Export.objects.expired(timezone.now()).delete()
    ended = [export.pk for export in Export.objects.no_longer_allowed()]
    Export.objects.filter(pk__in=ended).outdate()
