import redis
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin


class RedisIsDown(MiddlewareMixin):
    """Where a page needs Redis (who guesses too often is counted there), its absence is said, and passes."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, redis.RedisError):
            return None
        return render(request, "503.html", status=503)
