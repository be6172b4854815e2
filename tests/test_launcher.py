"""`make demo` as its user meets it: what it prints, and that nothing stays behind."""

import asyncio
import contextlib
import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import redis
import trustme

from launcher.__main__ import teacher_password
from launcher.authority import ends
from launcher.lan import certificate
from launcher.product import ROOT, Product, refuse_full_disk, refuse_missing_weights
from launcher.redis_server import KNOWN_FORMS, free_port, redis_binary, redis_service, wait_for_redis
from launcher.services import LARGEST_LOG, CannotStart, Service
from tests.conftest import SURROUNDINGS
from tests.emotion.running import camera, open_class, send_until_read
from tests.waiting import SOON, expect_true

pytestmark = pytest.mark.stack

Demo = Callable[..., subprocess.Popen]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    """demo("--port", "9000"): a launcher of this test's own."""
    started: list[subprocess.Popen] = []

    def demo(*options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "launcher", "--folder", str(folder), *options]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen(command, cwd=ROOT, env=SURROUNDINGS, **pipes))
        return started[-1]

    yield demo
    for process in started:
        process.terminate()
        process.communicate(timeout=SOON)


def read_until(process: subprocess.Popen, words: str) -> str:
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"{words!r} never came:\n{said}")


def offspring(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def workers(process: subprocess.Popen) -> list[psutil.Process]:
    found = []
    for child in offspring(process):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile
            if "celery" in " ".join(child.cmdline()):
                found.append(child)
    return found


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_demo_says_where_it_is_and_leaves_no_process(demo: Demo, end: signal.Signals):
    port = free_port()
    process = demo("--port", str(port))
    said = read_until(process, "Ctrl-C")
    assert re.search(rf"Address +http://localhost:{port}\n", said)
    assert re.search(r"Join code +[A-Z0-9]{6},", said)
    expect_true(lambda: len(offspring(process)) >= 4)  # Redis, web, the worker and its pool
    children = offspring(process)
    process.send_signal(end)
    process.wait(timeout=SOON)
    expect_true(lambda: not any(child.is_running() for child in children))


def test_a_killed_worker_is_started_again(demo: Demo):
    process = demo("--port", str(free_port()))
    read_until(process, "Ctrl-C")
    for worker in workers(process):
        with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
            worker.kill()
    assert "killed by SIGKILL" in read_until(process, "worker process stopped")
    expect_true(lambda: workers(process))


@pytest.mark.parametrize(("option", "number"), [("--port", "99999"), ("--students", "-3"), ("--port", "x")])
def test_an_impossible_number_is_named(demo: Demo, option: str, number: str):
    process = demo(f"{option}={number}")
    assert number in process.communicate(timeout=SOON)[0].splitlines()[-1]
    assert process.returncode == 2


def test_a_taken_port_is_one_sentence(demo: Demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = demo("--port", str(port))
        said, _ = process.communicate(timeout=SOON)
    assert process.returncode == 1
    assert (
        said == f"Starting Classpulse ...\nPort {port} is taken. Choose another: make demo PORT={port + 1}\n"
    )


def test_a_missing_weight_file_is_one_sentence(tmp_path: Path):
    (tmp_path / "card.json").write_text('{"graph": {"file": "network.onnx"}}')
    for name in ("faces.onnx", "fitness.onnx", "fitness.json", "lowered.onnx"):
        (tmp_path / name).touch()
    with pytest.raises(CannotStart, match=r"network\.onnx is missing; bring it back with: git checkout"):
        refuse_missing_weights(tmp_path)


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


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_a_redis_that_hangs_is_one_sentence(silent_redis: str, scheme: str):
    url = silent_redis.replace("redis", scheme, 1)
    assert_one_sentence(url, f"Redis does not answer at {url.split('@')[1].removesuffix('/0')}: Timeout")


def test_a_wrong_password_is_one_sentence(stack: Product):
    host = stack.env["REDIS_URL"].split("@")[1]
    assert_one_sentence(f"redis://:secret@{host}", "does not accept the user or the password in REDIS_URL.")


def test_a_database_that_redis_has_not_is_one_sentence(stack: Product):
    assert_one_sentence(f"{stack.env['REDIS_URL'].removesuffix('0')}99", "DB index is out of range.")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("maxmemory", "1", "maxmemory"), ("min-replicas-to-write", "1", "Not enough good replicas to write")],
)
def test_a_redis_that_takes_nothing_is_one_sentence(tmp_path: Path, option: str, value: str, words: str):
    server, url = redis_service(tmp_path)
    server.start()
    try:
        wait_for_redis(url)
        with redis.Redis.from_url(url) as client:
            client.config_set(option, value)
        assert_one_sentence(url, words)
    finally:
        server.stop()


def assert_one_sentence(url: str, words: str):
    with pytest.raises(CannotStart) as reason:
        wait_for_redis(url, seconds=0.1)
    assert words in str(reason.value)
    assert not str(reason.value).endswith("..")
    assert "\n" not in str(reason.value)
    assert "secret" not in str(reason.value)


def test_an_unusable_redis_ends_the_demo_with_its_sentence(demo: Demo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(SURROUNDINGS, "REDIS_URL", "localhost:6379")
    said, _ = demo("--port", str(free_port())).communicate(timeout=SOON)
    assert said.splitlines()[1:] == [f"REDIS_URL is not the address of a Redis. {KNOWN_FORMS}"]


def test_the_product_runs_on_a_redis_behind_a_unix_socket(stack: Product, tmp_path: Path):
    """Each of the four libraries that speak to Redis has its own idea of this URL."""
    sock = tmp_path / "r.sock"
    with contextlib.ExitStack() as running:
        options = ["--port", "0", "--unixsocket", str(sock), "--requirepass", "a/b", "--save", ""]
        server = Service("Redis server", [redis_binary(), *options], dict(os.environ), tmp_path / "redis.log")
        running.callback(server.stop)
        server.start()
        surroundings = SURROUNDINGS | {"REDIS_URL": f"unix://:a%2Fb@{sock}?db=3"}
        product = running.enter_context(Product(tmp_path, port=free_port(), surroundings=surroundings))
        product.wait_until_ready()
        asyncio.run(one_frame_is_read(product))


async def one_frame_is_read(product: Product):
    session = await open_class(product, students=1)
    async with camera(product, session["id"], session["cookies"][0]) as student:
        assert (await send_until_read(student))["face"] in ("seen", "unsure")


def test_a_second_demo_in_the_same_folder_is_one_sentence(demo: Demo, folder: Path):
    first = demo("--port", str(free_port()))
    read_until(first, "Ctrl-C")
    said, _ = demo("--port", str(free_port())).communicate(timeout=SOON)
    assert said == f"A demo already runs in {folder}; stop that one first.\n"


def test_a_folder_that_cannot_be_written_is_one_sentence(demo: Demo, tmp_path: Path):
    (tmp_path / "file").touch()
    said, _ = demo("--folder", str(tmp_path / "file" / "run")).communicate(timeout=SOON)
    assert re.fullmatch(
        r"Nothing can be written into \S+/file/run: Not a directory\. Name another .+\n", said
    )


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("launcher.product.LEAST_SPACE", 10**18)
    with pytest.raises(
        CannotStart, match=r"^The disk of \S+ is full: \d+ MB are free, and .+ needs \d+ MB\.$"
    ):
        refuse_full_disk(tmp_path)


def test_ctrl_c_while_tables_are_made_leaves_nothing_and_says_nothing_else(tmp_path: Path):
    command = [sys.executable, "-m", "launcher", "--port", str(free_port()), "--folder", str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=SURROUNDINGS, start_new_session=True, **pipes)
    expect_true(lambda: any("migrate" in child.cmdline() for child in offspring(process)))
    children = offspring(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    said, _ = process.communicate(timeout=SOON)
    assert said == "Starting Classpulse ...\n\nStopped.\n"
    assert not any(child.is_running() for child in children)


def test_a_service_that_keeps_dying_is_given_more_and_more_time(tmp_path: Path):
    service = Service("clerk", ["false"], dict(os.environ), tmp_path / "log")
    delays = []
    for _ in range(3):
        service.start()
        service.process.wait()
        said = service.tend(time.monotonic())
        delays.append(float(re.search(r"again in ([\d.]+) s", said)[1]))
        service.start_again_at = 0.0
    assert delays == [0.5, 1.0, 2.0]


def test_secrets_are_kept_and_for_their_owner_only(tmp_path: Path):
    first, second = (Product(tmp_path, port=1, surroundings={}).env["SECRET_KEY"] for _ in range(2))
    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_secret_that_was_never_written_is_made_anew(tmp_path: Path):
    (tmp_path / "secret_key").touch()  # as a full disk leaves it
    assert len(Product(tmp_path, port=1, surroundings={}).env["SECRET_KEY"]) > 50


def test_a_phone_is_shown_the_same_certificate_each_time(tmp_path: Path):
    leaf, authority = certificate(tmp_path / "lan", "192.0.2.7")
    issued = leaf.read_bytes()
    assert certificate(tmp_path / "lan", "192.0.2.7") == (leaf, authority)
    assert leaf.read_bytes() == issued
    assert leaf.stat().st_mode & 0o077 == 0


def connect(folder: Path, leaf: Path, *, name: str) -> None:
    """A phone that trusts this folder's authority asks for this name. Raises ssl.SSLError."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(leaf)
    phone = ssl.create_default_context(cafile=folder / "authority.pem")
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    asked = phone.wrap_bio(ours, theirs, server_hostname=name)
    answered = server.wrap_bio(theirs, ours, server_side=True)
    for _ in range(3):
        for side in (asked, answered):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()


@pytest.mark.parametrize("address", ["192.168.1.7", "10.1.2.3", "192.0.2.7"])
def test_the_authority_signs_for_this_machine(tmp_path: Path, address: str):
    leaf, _authority = certificate(tmp_path / "lan", address)
    connect(tmp_path / "lan", leaf, name=address)
    connect(tmp_path / "lan", leaf, name="localhost")


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8"])
def test_a_stolen_authority_signs_for_no_other_site(tmp_path: Path, name: str):
    folder = tmp_path / "lan"
    certificate(folder, "192.168.1.7")
    stolen = trustme.CA.from_pem(
        *(folder.joinpath(f"authority{part}.pem").read_bytes() for part in ("", "-key"))
    )
    (folder / "forged.pem").write_bytes(stolen.issue_cert(name).private_key_and_cert_chain_pem.bytes())
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        connect(folder, folder / "forged.pem", name=name)


def test_an_authority_of_a_thousand_years_is_replaced(tmp_path: Path):
    folder = tmp_path / "lan"
    folder.mkdir()
    former = trustme.CA()
    former.cert_pem.write_to_path(folder / "authority.pem")
    former.private_key_pem.write_to_path(folder / "authority-key.pem")
    leaf, authority = certificate(folder, "192.168.1.7")
    assert ends(authority) < datetime.now(UTC) + timedelta(days=731)
    connect(folder, leaf, name="192.168.1.7")


@pytest.mark.parametrize(
    ("surroundings", "is_private"),
    [
        ({}, True),
        ({"PUBLIC_URL": "http://127.0.0.1:9000"}, True),
        ({"PUBLIC_URL": "https://class.example.org"}, False),
        ({"PUBLIC_URL": "http://192.168.1.7:8000"}, False),
        ({"PUBLIC_URL": "https://localhost.example.org"}, False),
    ],
)
def test_a_demo_that_others_reach_has_no_open_door(tmp_path: Path, surroundings: dict, is_private: bool):
    product = Product(tmp_path, port=8000, surroundings=surroundings)
    assert product.is_private == is_private
    assert (teacher_password(product) == "demo") == is_private
    assert product.env["SIGNUP_OPEN"] == ("1" if is_private else "0")


@pytest.mark.parametrize(
    "url",
    [
        "class.example.org",
        "https://",
        "https://:8443",
        "ftp://class.example.org",
        "https://class.example.org/school",
        "https://class.example.org?a=b",
        "https://teacher@class.example.org",
        "https://class.example.org:https",
        "https://[class",
        " https://class.example.org",
        "https://class example.org",
    ],
)
def test_what_is_no_address_of_a_site_is_one_sentence(tmp_path: Path, url: str):
    with pytest.raises(
        CannotStart, match=r"^PUBLIC_URL is .+ It looks like https://class\.example\.org.+\.$"
    ):
        Product(tmp_path, port=8000, surroundings={"PUBLIC_URL": url})


@pytest.mark.parametrize(
    "url", ["https://class.example.org/", "http://10.1.2.3:8000", "https://[fd00::1]:8443"]
)
def test_an_address_of_a_site_is_taken(tmp_path: Path, url: str):
    assert Product(tmp_path, port=8000, surroundings={"PUBLIC_URL": url}).env["PUBLIC_URL"] == url


def test_an_empty_address_is_none(tmp_path: Path):
    product = Product(tmp_path, port=8000, surroundings={"PUBLIC_URL": ""})
    assert (product.env["PUBLIC_URL"], product.is_private) == ("http://localhost:8000", True)


def test_a_public_address_is_allowed_as_a_host(tmp_path: Path):
    product = Product(tmp_path, port=8000, surroundings={"PUBLIC_URL": "https://class.example.org:8443"})
    assert "class.example.org" in product.env["ALLOWED_HOSTS"].split(",")


def test_the_demo_runs_behind_a_tunnel_as_documented(demo: Demo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(SURROUNDINGS, "PUBLIC_URL", "https://class.example.org")
    said = read_until(demo("--port", str(free_port())), "Ctrl-C")
    assert re.search(r"Address +https://class\.example\.org\n", said)
    assert not re.search(r"password demo\n", said)


def test_a_log_is_bounded_and_goes_on(tmp_path: Path):
    log = tmp_path / "clerk.log"
    waits = f"while [ $(wc -c < {log}) -gt 100 ]; do sleep 0.01; done; echo on"
    service = Service("clerk", ["sh", "-c", waits], dict(os.environ), log)
    log.write_text("x" * (LARGEST_LOG + 1))
    service.start()
    service.rotate_log()
    service.process.wait()
    assert log.read_text() == "on\n"
    assert log.with_suffix(".log.1").stat().st_size == LARGEST_LOG + 1


def test_a_log_that_cannot_be_kept_begins_anew_all_the_same(tmp_path: Path):
    log = tmp_path / "clerk.log"
    log.write_text("x" * (LARGEST_LOG + 1))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_LOG // 2, hard))  # as on a full disk
    try:
        Service("clerk", [], {}, log).rotate_log()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert log.read_text() == ""
    assert not log.with_suffix(".log.1").exists()


def test_redis_keeps_no_slow_command(stack: Product):
    with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
        assert client.config_get("slowlog-log-slower-than") == {"slowlog-log-slower-than": "-1"}


def test_redis_keeps_nothing_on_disk(stack: Product):
    with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}


def test_the_running_product_is_healthy(stack: Product):
    with urllib.request.urlopen(f"{stack.url}/health/") as answer:
        told = json.load(answer)
    assert (told["database"], told["redis"], told["erasure_overdue"]) == (True, True, False)
