"""`/health/`: whether database and Redis accept writes, and who no longer reports to be alive."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from classroom.models import ClassSession
from emotion.models import Erasure

from . import liveness

# A day, and two hours for a long run and for the change to summer time.
ERASED_EVERY = timedelta(hours=26)
# Bytes. A full disk still has room for a small change in SQLite's log, and none for a batch of readings.
LEAST_SPACE = 5_000_000
# A script that writes, like the one that puts frames: Redis may answer a PING and refuse this.
WRITE = "return redis.call('SET', 'health', '1', 'PX', 10000)"
# Sentences by the code of Redis' error. The error itself names keys and addresses, and this page is public.
REFUSALS = {
    "OOM": "Redis is full.",
    "READONLY": "This Redis is a replica and can only be read.",
    "MISCONF": "Redis refuses writes because it could not save its data.",
    "NOREPLICAS": "Redis refuses writes because replicas are missing.",
    "MASTERDOWN": "This Redis is a replica and has lost its master.",
    "LOADING": "Redis is still loading its data.",
    "BUSY": "Redis is busy with a script.",
    "NOAUTH": "Redis wants a password.",
    "WRONGPASS": "Redis does not accept the user or the password.",
    "NOPERM": "The user in REDIS_URL may not do what the site needs.",
    "DENIED": "Redis is in protected mode and serves its own machine only.",
    "CLUSTERDOWN": "The Redis cluster is down.",
    "MOVED": "This Redis is part of a cluster, and the site needs a single one.",
}
UNANSWERED = "The database does not answer."

# Sentences by a part of the database's error, which itself names files and hosts; this page is public.
UNWRITABLE = {
    "locked": "The database is locked.",
    "full": "The disk of the database is full.",
    "No space left": "The disk of the database is full.",
    "readonly": "The database can only be read.",
    "read-only": "The database can only be read.",
    "timeout": "The database does not answer in time.",
    # The error of a pool does not tell which.
    "couldn't get a connection": "The database does not answer, or has no connection left.",
    "disk I/O error": "The disk of the database fails, or is full.",
    "unable to open database file": "The file of the database cannot be opened, or its disk is full.",
    "too many clients": "The database has no connection left.",
    "remaining connection slots": "The database has no connection left.",
}


def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 if database and Redis accept writes, and otherwise 503 with the problems.

    Problems of workers, beat and the nightly erasure are named, but leave the status at 200: a load balancer
    should not take the site away from a class for them.
    """
    problems = {"database": _database_problem()} | _redis_problems()
    parts = {part: problem is None for part, problem in problems.items()}
    reason = {f"{part}_problem": problem for part, problem in problems.items() if problem}
    erasure = _erasure() if parts["database"] else {}
    serves = parts["database"] and parts["redis"]
    return JsonResponse(parts | reason | erasure, status=200 if serves else 503)


def _erasure() -> dict[str, object]:
    now = timezone.now()
    last = Erasure.objects.last_time()
    # A new site has had no night yet.
    if last is None:
        is_overdue = ClassSession.objects.filter(opened_at__lt=now - ERASED_EVERY).exists()
    else:
        is_overdue = last < now - ERASED_EVERY
    return {"readings_erased_at": last, "erasure_overdue": is_overdue}


def _database_problem() -> str | None:
    """Try a write: a database that is locked, full or read-only still answers every query."""
    if connection.vendor == "sqlite":
        folder = Path(connection.settings_dict["NAME"]).parent
        # A folder that is gone is named by the write below.
        with suppress(OSError):
            if shutil.disk_usage(folder).free < LEAST_SPACE:
                return UNWRITABLE["full"]
    try:
        with _short_lock_timeout(), transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET LOCAL statement_timeout = {settings.HEALTH_PATIENCE * 1000:.0f}")
            cursor.execute("UPDATE django_migrations SET name = name WHERE id = 1")
    except Error as error:
        return next((problem for part, problem in UNWRITABLE.items() if part in str(error)), UNANSWERED)
    return None


@contextmanager
def _short_lock_timeout() -> Iterator[None]:
    """Wait for a lock of SQLite for less time than a worker does."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {settings.HEALTH_PATIENCE * 1000:.0f}")
        try:
            yield
        finally:
            seconds = settings.DATABASES["default"]["OPTIONS"]["timeout"]
            cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000}")


def _redis_problems() -> dict[str, str | None]:
    """Return the problems of Redis and of those who report in it that they are alive."""
    patience = settings.HEALTH_PATIENCE
    options = {"socket_connect_timeout": patience, "socket_timeout": patience, "retry": Retry(NoBackoff(), 0)}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        try:
            client.eval(WRITE, 0)
            return {"redis": None} | liveness.problems(client)
        except redis.RedisError as error:
            return {"redis": _describe(error)}


def _describe(error: redis.RedisError) -> str:
    # redis-py keeps some codes in status_code; Redis 6 has them inside a script's error: "...: -OOM command".
    words = {word.lstrip("-@") for word in f"{error.status_code} {error}".split()}
    known = next((problem for code, problem in REFUSALS.items() if code in words), None)
    if known:
        return known
    if isinstance(error, redis.ResponseError):
        return "Redis refuses writes."
    return "Redis does not answer."
