"""A process of the product: started, restarted when it dies, and stopped with all its children."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Seconds before a dead process is restarted; the delay doubles with each death.
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# After so many seconds of running, earlier deaths no longer count.
SETTLED_AFTER = 60.0
# Seconds that a process has to stop by itself: web closes its sockets, the worker ends its batch.
STOP_TIMEOUT = 8.0
# Bytes. One former log of that size is kept beside the current one.
LARGEST_LOG = 10_000_000

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class CannotStart(Exception):
    """The product cannot start. The message is one sentence for the person who typed the command."""


def die_with_parent(stop_signal: int = signal.SIGTERM) -> None:
    """Ask Linux to stop this process when its parent goes, even if that one was killed."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, stop_signal)


@dataclass
class Service:
    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0  # by time.monotonic()
    restart_at: float = 0.0  # by time.monotonic(); 0 while no restart is due

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C reaches the demo alone, and stop() reaches every child.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started_at = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        if self.process is None:
            raise RuntimeError(f"The {self.name} was not started.")
        return self.process.pid

    def supervise(self, now: float) -> str | None:
        """Restart the process if it died and its delay is over. Returns a sentence once for each death."""
        if self.process is None or self.is_running:
            return None
        if not self.restart_at:
            return self._note_death(self.process, now)
        if now >= self.restart_at:
            self.restart_at = 0.0
            self.start()
        return None

    def _note_death(self, process: subprocess.Popen[bytes], now: float) -> str:
        self.deaths = 1 if now - self.started_at > SETTLED_AFTER else self.deaths + 1
        delay = min(FIRST_DELAY * 2 ** (self.deaths - 1), LONGEST_DELAY)
        self.restart_at = now + delay
        # Its children must not go on without it.
        _kill_group(process)
        code = process.returncode
        reason = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"The {self.name} stopped ({reason}); starting it again in {delay:g} s. See {self.log}"

    def terminate(self) -> None:
        """Ask the process to stop. Its children are not asked: a worker's children end their batch first."""
        if self.process and self.is_running:
            self.process.terminate()

    def stop(self) -> None:
        """Stop the process and its children, by force after STOP_TIMEOUT."""
        if self.process is None:
            return
        self.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT)
        _kill_group(self.process)
        self.process.wait()
        self.process = None

    def rotate_log(self) -> None:
        """Empty a log that has grown too large. The process opened it to append, so it goes on writing."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            former = self.log.with_suffix(".log.1")
            try:
                shutil.copyfile(self.log, former)
            except OSError:
                # The disk is full.
                former.unlink(missing_ok=True)
            os.truncate(self.log, 0)

    def log_tail(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # macOS answers with EPERM for a group that is already gone.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
