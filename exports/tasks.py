"""Celery's tasks. `make_export` and `update_lrs` run in workers of their own, the others beside frames."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from dashboards.report.keeping import under_other_rules

from . import lrs
from .making import make
from .models import Export, KeptRows, LrsDelivery, Superseded

TIME_LIMIT = round(settings.EXPORT_TIME_LIMIT.total_seconds())
LRS_TIME_LIMIT = round(settings.LRS_TIME_LIMIT.total_seconds())

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


@shared_task(ignore_result=True)
def forget_invalid_rows() -> None:
    """Delete rows that expired, or that a rule of this moment forbids, and which nobody has read since."""
    KeptRows.objects.filter(valid_until__lte=timezone.now()).delete()
    made = KeptRows.objects.exclude(fingerprint="")
    KeptRows.objects.filter(pk__in=under_other_rules(made)).delete()


# Beat calls again every minute: without a worker, the messages must not pile up.
@shared_task(ignore_result=True, expires=120, soft_time_limit=LRS_TIME_LIMIT, time_limit=LRS_TIME_LIMIT + 10)
def update_lrs(session_id: str) -> None:
    """Send a session's statements to the learning record store, and void what it no longer says."""
    if not settings.XAPI_LRS_URL:
        return
    delivery = LrsDelivery.objects.claim(UUID(session_id), timezone.now())
    if delivery is None:
        return
    try:
        # A statement says the same each time, whoever caused it to be sent.
        with translation.override(settings.LANGUAGE_CODE):
            lrs.update(delivery)
    except Superseded:
        logger.info("The data of %s changed while it was sent; it is sent again.", session_id)
    except SoftTimeLimitExceeded:
        delivery.postpone("it took too long", timezone.now())
    except lrs.NotTaken as reason:
        logger.warning("The learning record store did not take all of %s: %s.", session_id, reason)
        wait = reason.wait if isinstance(reason, lrs.StoreIsDown) else timedelta()
        delivery.postpone(str(reason), timezone.now(), wait)
        if isinstance(reason, lrs.StoreIsDown):
            # Files for teachers wait behind each attempt.
            LrsDelivery.objects.wait(timezone.now(), wait)


def call_lrs_worker(session_id: UUID) -> None:
    """Tell the workers at once. Without Redis they hear of it from beat."""
    if not settings.XAPI_LRS_URL:
        return
    try:
        update_lrs.apply_async((str(session_id),), retry=False)
    except OperationalError as error:
        logger.warning("The workers for exports could not be called: %s", error)


@shared_task(ignore_result=True)
def update_lrs_where_due() -> None:
    """Call workers for what failed before, or whose message or worker was lost."""
    if settings.XAPI_LRS_URL:
        for session_id in LrsDelivery.objects.due(timezone.now()).values_list("pk", flat=True)[:1000]:
            call_lrs_worker(session_id)
