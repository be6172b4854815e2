"""The demo's own Redis, and the message about one that cannot be used."""

from pathlib import Path

import pytest
import redis

from demo.product import Product
from demo.redis_server import redis_service, wait_for_redis
from demo.services import CannotStart

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("localhost:6379", "REDIS_URL is not the address of a Redis. It looks like redis://"),
        ("redis://a:secret:c@x:y/0", "REDIS_URL is not the address of a Redis. It looks like redis://"),
        ("redis://:secret@127.0.0.1:1/0", "Redis does not answer at 127.0.0.1:1: "),
        ("redis://:secret@no.such.host.invalid/0", "Redis does not answer at no.such.host.invalid:6379: "),
        ("redis://:secret@a..b/0", "Redis does not answer at a..b:6379: "),
        ("unix://:secret@/no/such.sock", "Redis does not answer at /no/such.sock: "),
    ],
)
def test_a_redis_that_is_not_there_is_one_sentence(url: str, sentence: str):
    assert_one_sentence(url, sentence)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_a_redis_that_hangs_is_one_sentence(silent_redis: str, scheme: str):
    url = silent_redis.replace("redis", scheme, 1)
    assert_one_sentence(url, f"Redis does not answer at {url.split('@')[1].removesuffix('/0')}: Timeout")


@pytest.mark.stack
def test_a_wrong_password_is_one_sentence(stack: Product):
    host = stack.env["REDIS_URL"].split("@")[1]
    assert_one_sentence(f"redis://:secret@{host}", "does not accept the user or the password in REDIS_URL.")


@pytest.mark.stack
def test_a_redis_database_that_does_not_exist_is_one_sentence(stack: Product):
    assert_one_sentence(f"{stack.env['REDIS_URL'].removesuffix('0')}99", "DB index is out of range.")


def test_a_folder_may_have_a_space_in_its_name(tmp_path: Path):
    folder = tmp_path / "my projects"
    folder.mkdir()
    server, url = redis_service(folder)
    server.start()
    try:
        wait_for_redis(url)
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [("maxmemory", "1", "maxmemory"), ("min-replicas-to-write", "1", "Not enough good replicas to write")],
)
def test_a_redis_that_refuses_writes_is_one_sentence(tmp_path: Path, option: str, value: str, expected: str):
    server, url = redis_service(tmp_path)
    server.start()
    try:
        wait_for_redis(url)
        with redis.Redis.from_url(url) as client:
            client.config_set(option, value)
        assert_one_sentence(url, expected)
    finally:
        server.stop()


def assert_one_sentence(url: str, expected: str):
    with pytest.raises(CannotStart) as reason:
        wait_for_redis(url, seconds=0.1)
    assert expected in str(reason.value)
    assert not str(reason.value).endswith("..")
    assert "\n" not in str(reason.value)
    assert "secret" not in str(reason.value)


@pytest.mark.stack
def test_redis_logs_no_slow_command(stack: Product):
    with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
        assert client.config_get("slowlog-log-slower-than") == {"slowlog-log-slower-than": "-1"}


@pytest.mark.stack
def test_redis_writes_nothing_to_disk(stack: Product):
    with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
