from datetime import timedelta

import pytest


@pytest.fixture
def short_delays(settings):
    settings.SLOWER_BY_EACH, settings.SLOWEST_ANSWER = timedelta(milliseconds=1), timedelta(milliseconds=5)


@pytest.fixture
def no_redis(settings):
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES, settings.REDIS_URL = {"default": nobody}, "redis://127.0.0.1:1/0"
