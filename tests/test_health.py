"""/health/ answers within a few seconds, whatever hangs."""

import contextlib
import json
import os
import socketserver
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from config.broker import broker_url
from demo.management import Management
from demo.redis_server import redis_service, wait_for_redis
from emotion import tasks
from tests import factory
from tests.waiting import SOON

pytestmark = pytest.mark.django_db


ERASURE = ("readings_erased_at", "erasure_overdue")
PROCESSES = ("worker", "beat", "export_worker")  # tests/test_liveness.py
WITHOUT_STATUS = (*ERASURE, *PROCESSES, *(f"{name}_problem" for name in PROCESSES))
AWAY = (503, {"database": True, "redis": False, "redis_problem": "Redis does not answer."})


def health(client: Client) -> tuple[int, dict]:
    answer = client.get("/health/")
    parts = answer.json()
    return answer.status_code, {name: parts[name] for name in parts if name not in WITHOUT_STATUS}


def problem(client: Client) -> str:
    status, parts = health(client)
    assert (status, parts["redis"]) == (503, False)
    return parts["redis_problem"]


def erasure(client: Client) -> tuple:
    parts = client.get("/health/").json()
    return tuple(parts[name] for name in ERASURE)


def test_a_new_site_has_erased_nothing_and_nothing_is_overdue(client: Client) -> None:
    factory.open_session()
    assert erasure(client) == (None, False)


def test_a_site_that_has_never_erased_anything_is_overdue_after_a_day(client: Client) -> None:
    factory.open_session(opened_at=timezone.now() - timedelta(hours=27))
    assert erasure(client) == (None, True)


@pytest.mark.parametrize(("hours", "is_overdue"), [(0, False), (25, False), (27, True)])
def test_it_reports_when_expired_readings_were_last_erased(
    client: Client, monkeypatch: pytest.MonkeyPatch, hours: int, is_overdue: bool
) -> None:
    at = timezone.now() - timedelta(hours=hours)
    with monkeypatch.context() as past:
        past.setattr("emotion.tasks.timezone.now", lambda: at)
        tasks.erase_expired_readings()
    erased_at, overdue = erasure(client)
    assert overdue == is_overdue
    assert abs(datetime.fromisoformat(erased_at) - at) < timedelta(milliseconds=1)


def test_a_working_site_answers_200(client: Client) -> None:
    assert health(client) == (200, {"database": True, "redis": True})


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "redis://no.such.host.invalid/0", "unix:///no.sock"]
)
def test_a_redis_that_is_down_is_named(client: Client, settings, url: str) -> None:
    settings.REDIS_URL = url
    assert health(client) == AWAY


def test_a_redis_that_refuses_us_is_named(client: Client, settings) -> None:
    settings.REDIS_URL = settings.REDIS_URL.replace("://:", "://:not-")
    assert problem(client) == "Redis does not accept the user or the password."
    settings.REDIS_URL = f"redis://{settings.REDIS_URL.partition('@')[2]}"
    assert problem(client) == "Redis wants a password."


def test_a_redis_that_hangs_is_named_soon(client: Client, settings, silent_redis: str) -> None:
    settings.REDIS_URL = silent_redis
    began = time.monotonic()
    assert health(client) == AWAY
    assert time.monotonic() - began < SOON


@pytest.fixture
def own_redis(tmp_path: Path, settings) -> Iterator[redis.Redis]:
    """A Redis of the test's own, whose configuration it may change."""
    server, settings.REDIS_URL = redis_service(tmp_path)
    server.start()
    try:
        wait_for_redis(settings.REDIS_URL)
        with redis.Redis.from_url(settings.REDIS_URL) as spoiled:
            yield spoiled
    finally:
        server.stop()


def test_a_redis_that_is_full_is_named(client: Client, own_redis: redis.Redis) -> None:
    own_redis.config_set("maxmemory", 1)
    assert problem(client) == "Redis is full."
    own_redis.config_set("maxmemory", 0)
    assert health(client)[0] == 200


def test_a_replica_is_named(client: Client, own_redis: redis.Redis) -> None:
    own_redis.replicaof("127.0.0.1", 1)
    assert problem(client) == "This Redis is a replica and can only be read."


def test_a_replica_that_serves_nothing_without_its_master_is_named(client: Client, own_redis) -> None:
    own_redis.config_set("replica-serve-stale-data", "no")
    own_redis.replicaof("127.0.0.1", 1)
    assert problem(client) == "This Redis is a replica and has lost its master."


def test_a_redis_that_misses_its_replicas_is_named(client: Client, own_redis: redis.Redis) -> None:
    own_redis.config_set("min-replicas-to-write", 1)
    assert problem(client) == "Redis refuses writes because replicas are missing."


def test_a_redis_that_could_not_save_is_named(client: Client, own_redis, tmp_path: Path) -> None:
    own_redis.set("something", "to save")
    gone = tmp_path / "gone"
    gone.mkdir()
    own_redis.config_set("dir", str(gone))
    gone.rmdir()
    own_redis.config_set("save", "3600 1")
    own_redis.bgsave()
    while own_redis.info("persistence")["rdb_bgsave_in_progress"]:
        time.sleep(0.01)
    assert problem(client) == "Redis refuses writes because it could not save its data."
    own_redis.config_set("save", "")  # else it would not end before it had saved


@pytest.mark.parametrize(
    ("right", "named"),
    [
        ("-@scripting", "The user in REDIS_URL may not do what the site needs."),
        ("-@write", "Redis refuses writes."),
    ],
)
def test_a_user_without_rights_is_named(client: Client, own_redis, settings, right: str, named: str) -> None:
    own_redis.acl_setuser("reader", enabled=True, passwords="+secret", keys="*", categories=["+@all", right])
    settings.REDIS_URL = f"redis://reader:secret@{settings.REDIS_URL.rpartition('@')[2]}"
    assert problem(client) == named


@pytest.mark.parametrize(
    ("refusal", "named"),
    [
        ("LOADING Redis is loading the dataset in memory", "Redis is still loading its data."),
        (
            "DENIED Redis is running in protected mode because ...",
            "Redis is in protected mode and serves its own machine only.",
        ),
        ("BUSY Redis is busy running a script.", "Redis is busy with a script."),
        ("ERR something that nobody has met yet", "Redis refuses writes."),
    ],
)
def test_every_other_error_of_redis_is_named(client: Client, settings, refusal: str, named: str) -> None:
    """Ask a server that answers every command with this error."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), refusing(refusal)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.REDIS_URL = f"redis://127.0.0.1:{server.server_address[1]}/0"
        assert problem(client) == named
        server.shutdown()


def refusing(refusal: str) -> type[socketserver.BaseRequestHandler]:
    class Refusing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(4096):
                self.request.sendall(f"-{refusal}\r\n".encode())

    return Refusing


def test_a_database_that_fails_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with connections["default"].cursor() as cursor:
        closed = cursor
    monkeypatch.setattr(connections["default"], "cursor", lambda: closed)  # InterfaceError: cursor closed
    problem = {"database_problem": "The database does not answer."}
    assert health(client) == (503, {"database": False, "redis": True} | problem)


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
def test_the_redis_url_is_translated_for_celery(ours: str, celerys: str) -> None:
    assert broker_url(ours) == celerys


@dataclass(frozen=True)
class OwnSite:
    """A site with a migrated database of the test's own, which it may lock."""

    database: Path
    management: Management

    def health(self, *, patience: float = SOON) -> tuple[dict, float]:
        """Its answer, and the seconds it took."""
        script = (
            "import time; from django.conf import settings; from django.test import RequestFactory;"
            f"from config.health import health; settings.HEALTH_PATIENCE = {patience};"
            "began = time.monotonic(); answer = health(RequestFactory().get('/health/'));"
            "print(answer.status_code, time.monotonic() - began, answer.content.decode())"
        )
        output = self.management.begin("shell", "--verbosity", "0", "-c", script).output()
        status, seconds, parts = output.split(" ", 2)
        return json.loads(parts) | {"status": int(status)}, float(seconds)


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[OwnSite]:
    path = tmp_path / "own.sqlite3"
    management = Management(dict(os.environ, DATABASE_URL=f"sqlite:///{path}"))
    try:
        management.begin("migrate", "--skip-checks", "--verbosity", "0").output()
        yield OwnSite(path, management)
    finally:
        management.stop()


@pytest.mark.any_database
@pytest.mark.slow
def test_a_database_that_is_not_locked_has_no_problem_and_a_locked_one_is_named_soon(
    own_site: OwnSite,
) -> None:
    assert own_site.health()[0]["database"]
    with contextlib.closing(sqlite3.connect(own_site.database)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        parts, seconds = own_site.health(patience=1)
    assert (parts["status"], parts["database_problem"]) == (503, "The database is locked.")
    assert seconds < 20  # a worker waits so long


def test_a_disk_without_room_for_readings_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.health.LEAST_SPACE", 10**18)
    named = "The disk of the database is full." if connection.vendor == "sqlite" else None
    assert health(client)[1].get("database_problem") == named


@pytest.mark.parametrize(
    ("error", "named"),
    [
        ("database or disk is full", "The disk of the database is full."),
        ("attempt to write a readonly database", "The database can only be read."),
        ("cannot execute UPDATE in a read-only transaction", "The database can only be read."),
        ("canceling statement due to statement timeout", "The database does not answer in time."),
        (
            "couldn't get a connection after 5.00 sec",
            "The database does not answer, or has no connection left.",
        ),
        ("disk I/O error", "The disk of the database fails, or is full."),
        ("FATAL:  sorry, too many clients already", "The database has no connection left."),
        ('connection to server at "10.0.0.7" failed', "The database does not answer."),
    ],
)
def test_every_error_of_the_database_is_named_without_its_address(
    client: Client, error: str, named: str
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError(error)

    with connection.execute_wrapper(fail):
        assert health(client)[1]["database_problem"] == named


def test_a_database_whose_folder_is_gone_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: os.stat("/no/such/folder"))
    assert health(client)[0] == 200
