"""Celery's tasks. What takes long runs in the workers for exports: no frame waits for it."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from config.locales import written_for
from emotion.packing import pack_sessions

from .models import KeptReport
from .report.fingerprint import may_be_kept, valid_until
from .report.keeping import report_body, under_other_rules

EXPIRES = settings.KEPT_REPORTS_MADE_EVERY.total_seconds()


@shared_task(ignore_result=True)
def make_due_reports() -> None:
    for pk in KeptReport.objects.due(timezone.now()).values_list("pk", flat=True)[:1000]:
        make_report.apply_async((pk,), expires=EXPIRES)


@shared_task(ignore_result=True, soft_time_limit=120, time_limit=130)
def make_report(pk: int) -> None:
    """Make it as the first opening would, unless that was sooner."""
    now = timezone.now()
    due = KeptReport.objects.due(now).filter(pk=pk).select_related("session__course", "session__approval")
    kept = due.first()
    if kept is None or not may_be_kept(kept.session, now) or valid_until(kept.session, now) <= now:
        return
    # What was true before the last counts came in stays, and is not due again.
    with written_for(kept.language, kept.region):
        report_body(kept.session, now)
    KeptReport.objects.filter(pk=pk).exclude(body="").update(made_at=now)


@shared_task(ignore_result=True)
def forget_invalid_reports() -> None:
    """Delete texts that a rule of this moment forbids, which nobody has opened since."""
    now = timezone.now()
    kept = KeptReport.objects.exclude(body="")
    kept.filter(valid_until__lte=now).forget()
    KeptReport.objects.filter(pk__in=under_other_rules(kept)).forget()


@shared_task(ignore_result=True, soft_time_limit=120, time_limit=130)
def pack_summaries() -> None:
    """Pack summaries. The task is not in emotion, whose tasks load the network."""
    pack_sessions(timezone.now())
