"""How a worker makes a file: takes the export, renders it, and publishes it if nothing changed meanwhile."""

import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from classroom.models import ClassSession
from classroom.models.consents import kept_for
from emotion.models import BucketSummary

from .models import Export, Superseded
from .problems import CannotRender
from .rendering import render


def make(export_id: UUID) -> None:
    """Make the file of an export that waits. Begin again whenever its data changes meanwhile."""
    while export := Export.objects.claim(export_id, timezone.now()):
        try:
            with _kept_alive(export):
                if _make(export):
                    return
        except Superseded:
            continue
        except SoftTimeLimitExceeded:
            export.fail(Export.Problem.TOO_LONG)
        except CannotRender as reason:
            export.fail(reason.problem)
        except Exception:
            # The teacher hears of it, and the log has the traceback.
            export.fail(Export.Problem.ERROR)
            raise


def _make(export: Export) -> bool:
    now = timezone.now()
    readings_of = [session.pk for session in _sessions_of(export) if session.teacher_sees_readings]
    content = render(export, now)
    if len(content) > settings.LARGEST_EXPORT:
        raise CannotRender(Export.Problem.TOO_LARGE)
    return export.publish(content, readings_of=readings_of, expires_at=_expiry(readings_of, now))


def _sessions_of(export: Export) -> Iterable[ClassSession]:
    if export.session:
        return [export.session]
    return ClassSession.objects.filter(course=export.course_id).select_related("approval")


def _expiry(readings_of: Collection[UUID], now: datetime) -> datetime:
    """Return the end of a file's time: earlier where readings in it expire before."""
    summaries = BucketSummary.objects.filter(session__in=readings_of)
    oldest = summaries.values_list("consent__retention_days").annotate(Min("first"))
    ends = [datetime.fromtimestamp(first, tz=now.tzinfo) + kept_for(days) for days, first in oldest]
    end = min([now + settings.EXPORT_LIFETIME, *ends])
    return max(end, now + settings.EXPORT_SHORTEST_LIFETIME)


@contextmanager
def _kept_alive(export: Export) -> Iterator[None]:
    """Report every few seconds that this worker is alive, also while one step takes minutes."""
    is_over = threading.Event()
    every = settings.EXPORT_ALIVE_EVERY.total_seconds()

    def report() -> None:
        try:
            while not is_over.wait(every):
                export.report_alive()
        finally:
            connection.close()

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        is_over.set()
        reporter.join()
