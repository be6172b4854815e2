import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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

ERASED_EVERY = timedelta(hours=26)  # each night, and two hours for a long one and for the change of the clock
# Bytes. SQLite takes a small change in the space that its log already has, and then no batch of readings.
LEAST_SPACE = 5_000_000
# As frames are put: a Redis may answer a PING, and refuse this.
WRITE = "return redis.call('SET', 'health', '1', 'PX', 10000)"
# How Redis begins to refuse. The rest of what it says names keys and addresses, and this page is public.
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

# What a database says that takes nothing. The rest of it names files and hosts, and this page is public.
UNWRITABLE = {
    "locked": "The database is locked.",
    "full": "The disk of the database is full.",
    "No space left": "The disk of the database is full.",
    "readonly": "The database can only be read.",
    "read-only": "The database can only be read.",
    "timeout": "The database does not answer in time.",
    # A pool does not tell whether nobody answers or all are in use.
    "couldn't get a connection": "The database does not answer, or has no connection left.",
    "disk I/O error": "The disk of the database fails, or is full.",
    "unable to open database file": "The file of the database cannot be opened, or its disk is full.",
    "too many clients": "The database has no connection left.",
    "remaining connection slots": "The database has no connection left.",
}


def health(request: HttpRequest) -> JsonResponse:
    """200 when database and Redis take what is written; 503 naming what does not, and why.

    Workers or beat that stand still, and a night in which nothing was erased, are named and no reason to take
    the site away from a class.
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
    if last is None:  # a young site has had no night yet
        is_overdue = ClassSession.objects.filter(opened_at__lt=now - ERASED_EVERY).exists()
    else:
        is_overdue = last < now - ERASED_EVERY
    return {"readings_erased_at": last, "erasure_overdue": is_overdue}


def _database_problem() -> str | None:
    """A database that is locked, full or read-only answers every question."""
    if connection.vendor == "sqlite" and _free_beside(connection.settings_dict["NAME"]) < LEAST_SPACE:
        return UNWRITABLE["full"]
    try:
        with _in_a_hurry(), transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET LOCAL statement_timeout = {settings.HEALTH_PATIENCE * 1000:.0f}")
            cursor.execute("UPDATE django_migrations SET name = name WHERE id = 1")
    except Error as error:
        return next((words for said, words in UNWRITABLE.items() if said in str(error)), UNANSWERED)
    return None


def _free_beside(path: Path | str) -> int:
    return shutil.disk_usage(Path(path).parent).free


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """SQLite would wait for a lock as long as a worker may."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {settings.HEALTH_PATIENCE * 1000:.0f}")
        try:
            yield
        finally:
            usual = settings.DATABASES["default"]["OPTIONS"]["timeout"]
            cursor.execute(f"PRAGMA busy_timeout = {usual * 1000}")


def _redis_problems() -> dict[str, str | None]:
    """Of Redis, and of those who say in it that they are alive."""
    patience = settings.HEALTH_PATIENCE
    options = {"socket_connect_timeout": patience, "socket_timeout": patience, "retry": Retry(NoBackoff(), 0)}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        try:
            client.eval(WRITE, 0)
            return {"redis": None} | liveness.problems(client)
        except redis.RedisError as error:
            return {"redis": _in_words(error)}


def _in_words(error: redis.RedisError) -> str:
    # redis-py keeps some codes apart; Redis 6 puts them inside the error of the script: "...: -OOM command".
    said = {word.lstrip("-@") for word in f"{error.status_code} {error}".split()}
    known = next((words for code, words in REFUSALS.items() if code in said), None)
    if known:
        return known
    if isinstance(error, redis.ResponseError):
        return "Redis refuses writes."
    return "Redis does not answer."
