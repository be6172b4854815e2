"""`python -m demo` as its user meets it: what it prints, and that no process stays behind."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from demo.product import ROOT
from demo.redis_server import KNOWN_FORMS, free_port
from tests.conftest import CLEAN_ENVIRON
from tests.demo.conftest import Demo
from tests.waiting import SOON, expect_true

pytestmark = [pytest.mark.stack, pytest.mark.any_database]


def read_until(process: subprocess.Popen, text: str) -> str:
    output = ""
    for line in process.stdout:
        output += line
        if text in line:
            return output
    raise AssertionError(f"{text!r} never came:\n{output}")


def offspring(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def workers(process: subprocess.Popen) -> list[psutil.Process]:
    found = []
    for child in offspring(process):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile
            if "celery" in " ".join(child.cmdline()):
                found.append(child)
    return found


def assert_leaves_no_process(process: subprocess.Popen, end: signal.Signals) -> None:
    expect_true(lambda: len(offspring(process)) >= 4)  # Redis, web, the worker and its pool
    children = offspring(process)
    process.send_signal(end)
    process.wait(timeout=SOON)
    expect_true(lambda: not any(child.is_running() for child in children))


def test_the_demo_prints_its_address_restarts_a_killed_worker_and_ends_at_ctrl_c(demo: Demo):
    port = free_port()
    process = demo("--port", str(port))
    output = read_until(process, "Ctrl-C")
    assert re.search(rf"Address +http://localhost:{port}\n", output)
    assert re.search(r"Join code +[A-Z0-9]{6},", output)
    for worker in workers(process):
        with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
            worker.kill()
    assert "killed by SIGKILL" in read_until(process, "worker process stopped")
    expect_true(lambda: workers(process))
    assert_leaves_no_process(process, signal.SIGINT)


def test_a_second_demo_in_the_same_folder_is_one_sentence_and_the_first_ends_at_sigterm(
    demo: Demo, folder: Path
):
    first = demo("--port", str(free_port()))
    read_until(first, "Starting Classpulse")
    output, _ = demo("--port", str(free_port())).communicate(timeout=SOON)
    assert output == f"A demo already runs in {folder}; stop that one first.\n"
    assert_leaves_no_process(first, signal.SIGTERM)


def test_the_demo_runs_behind_a_tunnel_as_documented_and_leaves_no_process_when_it_is_killed(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(CLEAN_ENVIRON, "PUBLIC_URL", "https://class.example.org")
    process = demo("--port", str(free_port()))
    output = read_until(process, "Ctrl-C")
    assert re.search(r"Address +https://class\.example\.org\n", output)
    assert not re.search(r"password demo\n", output)
    assert_leaves_no_process(process, signal.SIGKILL)


@pytest.mark.parametrize(("option", "number"), [("--port", "99999"), ("--students", "-3"), ("--port", "x")])
def test_an_impossible_number_is_named(demo: Demo, option: str, number: str):
    process = demo(f"{option}={number}")
    assert number in process.communicate(timeout=SOON)[0].splitlines()[-1]
    assert process.returncode == 2


def test_a_taken_port_is_one_sentence(demo: Demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = demo("--port", str(port))
        output, _ = process.communicate(timeout=SOON)
    assert process.returncode == 1
    assert (
        output
        == f"Starting Classpulse ...\nPort {port} is taken. Choose another: make demo PORT={port + 1}\n"
    )


def test_an_unusable_redis_ends_the_demo_with_its_sentence(demo: Demo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(CLEAN_ENVIRON, "REDIS_URL", "localhost:6379")
    output, _ = demo("--port", str(free_port())).communicate(timeout=SOON)
    assert output.splitlines()[1:] == [f"REDIS_URL is not the address of a Redis. {KNOWN_FORMS}"]


def test_a_folder_that_cannot_be_written_is_one_sentence(demo: Demo, tmp_path: Path):
    (tmp_path / "file").touch()
    output, _ = demo("--folder", str(tmp_path / "file" / "run")).communicate(timeout=SOON)
    assert re.fullmatch(
        r"Nothing can be written into \S+/file/run: Not a directory\. Name another .+\n", output
    )


def test_ctrl_c_during_migrations_leaves_no_process_and_prints_no_traceback(tmp_path: Path):
    command = [sys.executable, "-m", "demo", "--port", str(free_port()), "--folder", str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=CLEAN_ENVIRON, start_new_session=True, **pipes)
    expect_true((tmp_path / "demo.sqlite3").exists)
    children = offspring(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    output, _ = process.communicate(timeout=SOON)
    assert output == "Starting Classpulse ...\n\nStopped.\n"
    expect_true(lambda: not any(child.is_running() for child in children))
