"""Whoever asks how the site is gets an answer in a few seconds, whatever hangs."""

import time
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from config.broker import broker_url
from emotion import tasks
from tests import factory

pytestmark = pytest.mark.django_db


ERASURE = ("readings_erased_at", "erasure_overdue")


def health(client: Client) -> tuple[int, dict]:
    answer = client.get("/health/")
    parts = answer.json()
    return answer.status_code, {name: parts[name] for name in parts if name not in ERASURE}


def erasure(client: Client) -> tuple:
    parts = client.get("/health/").json()
    return tuple(parts[name] for name in ERASURE)


def test_a_young_site_has_erased_nothing_and_owes_nothing(client: Client) -> None:
    factory.open_session()
    assert erasure(client) == (None, False)


def test_a_site_that_has_never_erased_anything_is_overdue_after_a_day(client: Client) -> None:
    factory.open_session(opened_at=timezone.now() - timedelta(hours=27))
    assert erasure(client) == (None, True)


@pytest.mark.parametrize(("hours", "is_overdue"), [(0, False), (25, False), (27, True)])
def test_it_says_when_expired_readings_were_last_erased(
    client: Client, monkeypatch: pytest.MonkeyPatch, hours: int, is_overdue: bool
) -> None:
    at = timezone.now() - timedelta(hours=hours)
    with monkeypatch.context() as past:
        past.setattr("emotion.tasks.timezone.now", lambda: at)
        tasks.erase_expired_readings()
    told, overdue = erasure(client)
    assert overdue == is_overdue
    assert abs(datetime.fromisoformat(told) - at) < timedelta(milliseconds=1)


def test_all_is_well(client: Client) -> None:
    assert health(client) == (200, {"database": True, "redis": True})


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "redis://no.such.host.invalid/0", "unix:///no.sock"]
)
def test_a_redis_that_is_away_is_named(client: Client, settings, url: str) -> None:
    settings.REDIS_URL = url
    assert health(client) == (503, {"database": True, "redis": False})


def test_a_redis_that_refuses_us_is_named(client: Client, settings) -> None:
    settings.REDIS_URL = settings.REDIS_URL.replace("://:", "://:not-")
    assert health(client) == (503, {"database": True, "redis": False})


def test_a_redis_that_hangs_is_named_soon(client: Client, settings, silent_redis: str) -> None:
    settings.REDIS_URL = silent_redis
    began = time.monotonic()
    assert health(client) == (503, {"database": True, "redis": False})
    assert time.monotonic() - began < 15


def test_a_database_that_fails_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with connections["default"].cursor() as cursor:
        closed = cursor
    monkeypatch.setattr(connections["default"], "cursor", lambda: closed)  # InterfaceError: cursor closed
    assert health(client) == (503, {"database": False, "redis": True})


@pytest.mark.parametrize(
    ("ours", "celerys"),
    [
        ("redis://:pw@host:6379/0", "redis://:pw@host:6379/0"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix://:p%2Fw@/run/redis.sock?db=2", "redis+socket://:p%2Fw@/run/redis.sock?virtual_host=2"),
        ("rediss://host/0", "rediss://host/0?ssl_cert_reqs=required"),
        (
            "rediss://host/0?ssl_ca_certs=/ca.pem",
            "rediss://host/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required",
        ),
        ("rediss://host/0?ssl_cert_reqs=none", "rediss://host/0?ssl_cert_reqs=none"),
    ],
)
def test_celery_is_told_in_its_own_words(ours: str, celerys: str) -> None:
    assert broker_url(ours) == celerys
