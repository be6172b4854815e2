from datetime import timedelta

import pytest
import redis

from classroom import checks


def ids(messages):
    return [message.id for message in messages]


def test_an_unknown_mode_is_an_error(settings):
    settings.ALLOWED_MODES = ["participation", "surveillance"]
    (error,) = checks.allowed_modes_exist()
    assert "surveillance" in error.msg
    assert "participation, mirror, analytics" in error.hint


@pytest.mark.parametrize(
    ("smallest", "days", "expected"),
    [(5, 30, []), (2, 1, []), (1, 30, ["classroom.E003"]), (5, 0, ["classroom.E004"])],
)
def test_privacy_limits_cannot_be_set_to_nothing(settings, smallest, days, expected):
    settings.SMALLEST_GROUP, settings.READING_RETENTION = smallest, timedelta(days=days)
    assert ids(checks.privacy_limits_make_sense()) == expected


@pytest.mark.parametrize(
    ("patience", "expected"), [(0.5, []), (60, []), (0, ["classroom.E005"]), (-1, ["classroom.E005"])]
)
def test_a_patience_that_waits_for_nothing_is_an_error(settings, patience, expected):
    settings.PATIENCE = patience
    assert ids(checks.patience_is_some()) == expected


@pytest.mark.parametrize(
    ("url", "hosts", "expected"),
    [
        ("https://class.example", ["class.example"], []),
        ("https://class.example:8443", ["class.example"], []),
        ("http://[::1]:8000", ["[::1]"], []),
        ("https://class.example", [".example"], []),
        ("https://other.example", ["class.example"], ["classroom.E002"]),
        ("class.example", ["class.example"], ["classroom.E002"]),
        ("https://class.example/school", ["class.example"], ["classroom.E002"]),
        ("ftp://class.example", ["class.example"], ["classroom.E002"]),
    ],
)
def test_links_must_lead_to_a_host_that_is_served(settings, url, hosts, expected):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = url, hosts
    assert ids(checks.public_url_is_allowed()) == expected


def test_allowing_analytics_is_named_as_a_decision(settings):
    settings.ALLOWED_MODES = ["participation", "analytics"]
    (warning,) = checks.analytics_is_a_decision()
    assert "5(1)(f)" in warning.hint


def test_a_redis_that_writes_to_disk_is_named(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        before = client.config_get("save")["save"]
        assert ids(checks.redis_keeps_nothing_on_disk()) == []
        client.config_set("save", "3600 1")
        try:
            assert ids(checks.redis_keeps_nothing_on_disk()) == ["classroom.W002"]
        finally:
            client.config_set("save", before)


def test_a_redis_that_keeps_slow_commands_is_named(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.config_set("slowlog-log-slower-than", 10_000)
        try:
            assert ids(checks.redis_keeps_nothing_on_disk()) == ["classroom.W008"]
        finally:
            client.config_set("slowlog-log-slower-than", -1)


def test_a_redis_without_a_password_is_named(settings):
    assert ids(checks.redis_asks_for_a_password()) == []
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        password = client.connection_pool.connection_kwargs["password"]
        client.config_set("requirepass", "")
        try:
            assert ids(checks.redis_asks_for_a_password()) == ["classroom.W009"]
        finally:
            client.config_set("requirepass", password)


def test_a_redis_that_is_away_is_no_open_one(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert ids(checks.redis_asks_for_a_password()) == []


def test_a_redis_that_does_not_answer_stops_nothing(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert ids(checks.redis_keeps_nothing_on_disk()) == ["classroom.I001"]


@pytest.mark.parametrize(
    ("backend", "debug", "expected"),
    [
        ("smtp", False, []),
        ("dummy", False, ["classroom.I007"]),
        ("console", False, ["classroom.W007"]),
        ("filebased", False, ["classroom.W007"]),
        ("console", True, []),
    ],
)
def test_a_site_without_mail_is_named(settings, backend, debug, expected):
    settings.EMAIL_BACKEND, settings.DEBUG = f"django.core.mail.backends.{backend}.EmailBackend", debug
    assert ids(checks.forgotten_passwords_can_be_set_anew()) == expected
