import redis
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database and Redis answer, 503 naming what does not."""
    parts = {"database": _database(), "redis": _redis()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return False
    return True


def _redis() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1) as client:
        try:
            return client.ping()
        except redis.RedisError:
            return False
