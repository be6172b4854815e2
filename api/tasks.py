"""Celery tasks: send to webhooks, compute the reports that they are told of, delete old deliveries."""

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone, translation

from classroom.events import report_ready
from classroom.models import ClassSession
from exports.keeping import record_of

from .models import Delivery
from .sending import NO_ANSWER, send


# The time limit includes the DNS look-up. Beat queues due deliveries again every 15 seconds, so a message
# that no worker takes expires and does not pile up.
@shared_task(ignore_result=True, expires=30, soft_time_limit=20, time_limit=30)
def deliver(delivery_id: int) -> None:
    delivery = Delivery.objects.claim(delivery_id, timezone.now())
    # Another worker has it, or it waits for its next attempt.
    if delivery is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        try:
            send(delivery)
        except SoftTimeLimitExceeded:
            delivery.record_failure(None, str(NO_ANSWER), timezone.now())


@shared_task(ignore_result=True)
def compute_report(session_id: str) -> None:
    """Compute the report of a session that has ended, and announce it."""
    session = ClassSession.objects.select_related("course", "approval").filter(pk=session_id).first()
    if session is None:
        return
    # Computing it also stores it.
    record_of(session, timezone.now())
    report_ready.send(ClassSession, session_id=session.pk)


@shared_task(ignore_result=True)
def deliver_due() -> None:
    """Queue deliveries that are due: further attempts, and first ones whose message was lost with Redis."""
    for delivery_id in Delivery.objects.due(timezone.now()).values_list("pk", flat=True)[:1000]:
        deliver.delay(delivery_id)


@shared_task(ignore_result=True)
def forget_old_deliveries() -> None:
    Delivery.objects.expired(timezone.now()).delete()
