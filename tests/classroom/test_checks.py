import subprocess
import sys
from datetime import timedelta

import pytest
import redis
from django.conf import settings as site

from classroom import checks
from tests.conftest import CLEAN_ENVIRON


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
def test_privacy_limits_of_zero_are_an_error(settings, smallest, days, expected):
    settings.SMALLEST_GROUP, settings.READING_RETENTION = smallest, timedelta(days=days)
    assert ids(checks.privacy_limits_make_sense()) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000", []),
        ("http://[::1]:8000", []),
        ("https://class.example.org", ["classroom.E006"]),
        ("https://localhost.example.org", ["classroom.E006"]),
    ],
)
def test_a_demo_without_a_password_is_an_error_where_others_reach_it(settings, url, expected):
    settings.PUBLIC_URL, settings.DEMO_TEACHER = url, "demo-teacher"
    assert ids(checks.nobody_else_reaches_the_demo()) == expected
    settings.DEMO_TEACHER = ""
    assert checks.nobody_else_reaches_the_demo() == []


@pytest.mark.parametrize(
    ("patience", "expected"), [(0.5, []), (60, []), (0, ["classroom.E005"]), (-1, ["classroom.E005"])]
)
def test_a_patience_of_zero_is_an_error(settings, patience, expected):
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
def test_the_public_url_needs_an_allowed_host(settings, url, hosts, expected):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = url, hosts
    assert ids(checks.public_url_is_allowed()) == expected


@pytest.mark.parametrize("mode", ["mirror", "analytics"])
def test_allowing_a_mode_with_cameras_is_a_warning(settings, mode):
    settings.ALLOWED_MODES = ["participation", mode]
    (warning,) = checks.modes_with_cameras_are_a_decision()
    assert (warning.id, mode in warning.msg) == ("classroom.W001", True)
    assert "5(1)(f)" in warning.hint


def test_a_redis_that_writes_to_disk_is_a_warning(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        before = client.config_get("save")["save"]
        assert ids(checks.redis_keeps_nothing_on_disk()) == []
        client.config_set("save", "3600 1")
        try:
            assert ids(checks.redis_keeps_nothing_on_disk()) == ["classroom.W002"]
        finally:
            client.config_set("save", before)


def test_a_redis_with_a_slow_log_is_a_warning(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.config_set("slowlog-log-slower-than", 10_000)
        try:
            assert ids(checks.redis_keeps_nothing_on_disk()) == ["classroom.W008"]
        finally:
            client.config_set("slowlog-log-slower-than", -1)


def test_a_redis_without_a_password_is_a_warning(settings):
    assert ids(checks.redis_asks_for_a_password()) == []
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        password = client.connection_pool.connection_kwargs["password"]
        client.config_set("requirepass", "")
        try:
            assert ids(checks.redis_asks_for_a_password()) == ["classroom.W009"]
        finally:
            client.config_set("requirepass", password)


def test_an_absent_redis_is_not_reported_as_open(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert ids(checks.redis_asks_for_a_password()) == []


def test_a_redis_that_does_not_answer_is_no_error(settings):
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
def test_a_site_without_mail_is_reported(settings, backend, debug, expected):
    settings.EMAIL_BACKEND, settings.DEBUG = f"django.core.mail.backends.{backend}.EmailBackend", debug
    assert ids(checks.forgotten_passwords_can_be_set_anew()) == expected


def test_no_mode_at_all_is_an_error(settings):
    settings.ALLOWED_MODES = []
    assert ids(checks.allowed_modes_exist()) == ["classroom.E001"]


def test_a_site_without_cameras_says_so(settings):
    settings.ALLOWED_MODES = ["participation"]
    (said,) = checks.modes_with_cameras_are_a_decision()
    assert (said.id, said.is_serious()) == ("classroom.I002", False)
    assert "participation only" in said.msg


@pytest.mark.slow
def test_a_fresh_site_allows_participation_only():
    code = "from django.conf import settings; print(settings.ALLOWED_MODES)"
    environ = {key: value for key, value in CLEAN_ENVIRON.items() if key != "ALLOWED_MODES"}
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code]
    printed = subprocess.check_output(command, cwd=site.BASE_DIR, env=environ | {"DEBUG": "1"}, text=True)
    assert printed.strip() == "['participation']"
