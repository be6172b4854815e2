from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from classroom.models import ClassSession
from emotion.models import Erasure

ERASED_EVERY = timedelta(hours=26)  # each night, and two hours for a long one and for the change of the clock
PATIENCE = 1  # second for each step: whoever asks wants to hear of a Redis that hangs, not to hang with it


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database and Redis answer, 503 naming what does not.

    A night in which nothing was erased is named and no reason to take the site away from a class.
    """
    parts = {"database": _database(), "redis": _redis()}
    erasure = _erasure() if parts["database"] else {}
    return JsonResponse(parts | erasure, status=200 if all(parts.values()) else 503)


def _erasure() -> dict[str, object]:
    now = timezone.now()
    last = Erasure.objects.last()
    if last is None:  # a young site has had no night yet
        is_overdue = ClassSession.objects.filter(opened_at__lt=now - ERASED_EVERY).exists()
    else:
        is_overdue = last < now - ERASED_EVERY
    return {"readings_erased_at": last, "erasure_overdue": is_overdue}


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _redis() -> bool:
    options = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        try:
            return client.ping()
        except redis.RedisError:
            return False
