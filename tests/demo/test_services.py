"""A service is restarted when it dies, and its log stays small."""

import os
import re
import resource
import time
from pathlib import Path

from demo.services import LARGEST_LOG, Service


def test_the_delay_before_a_restart_doubles_with_each_death(tmp_path: Path):
    service = Service("clerk", ["false"], dict(os.environ), tmp_path / "log")
    delays = []
    for _ in range(3):
        service.start()
        service.process.wait()
        output = service.supervise(time.monotonic())
        delays.append(float(re.search(r"again in ([\d.]+) s", output)[1]))
        service.restart_at = 0.0
    assert delays == [0.5, 1.0, 2.0]


def test_a_large_log_is_emptied_and_written_on(tmp_path: Path):
    log = tmp_path / "clerk.log"
    waits = f"while [ $(wc -c < {log}) -gt 100 ]; do sleep 0.01; done; echo on"
    service = Service("clerk", ["sh", "-c", waits], dict(os.environ), log)
    log.write_text("x" * (LARGEST_LOG + 1))
    service.start()
    service.rotate_log()
    service.process.wait()
    assert log.read_text() == "on\n"
    assert log.with_suffix(".log.1").stat().st_size == LARGEST_LOG + 1


def test_a_log_that_cannot_be_copied_is_emptied_all_the_same(tmp_path: Path):
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
