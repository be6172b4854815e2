"""One process of the product: how it is started, started again when it dies, and stopped for certain."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # seconds before a dead process is started again, doubled each time
LARGEST_LOG = 10_000_000  # bytes; one former log of that size is kept beside it
SETTLED_AFTER = 60.0  # seconds of running after which an earlier death no longer counts
PATIENCE = 8.0  # seconds a process has to stop by itself: web closes its sockets, the worker ends its batch

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class CannotStart(Exception):
    """One sentence for the person who typed the command."""


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
    process: subprocess.Popen | None = None
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C reaches the launcher alone, and stop() reaches every child.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started_at = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self, now: float) -> str | None:
        """Start it again if it died and its time has come; a sentence when there is something to tell."""
        if self.process is None or self.is_running:
            return None
        if not self.start_again_at:
            return self._note_death(now)
        if now >= self.start_again_at:
            self.start_again_at = 0.0
            self.start()
        return None

    def _note_death(self, now: float) -> str:
        self.deaths = 1 if now - self.started_at > SETTLED_AFTER else self.deaths + 1
        delay = min(FIRST_DELAY * 2 ** (self.deaths - 1), LONGEST_DELAY)
        self.start_again_at = now + delay
        self._signal_group(signal.SIGKILL)  # what it had forked must not go on without it
        return f"The {self.name} stopped ({self._how()}); starting it again in {delay:g} s. See {self.log}"

    def _how(self) -> str:
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def ask_to_stop(self) -> None:
        if self.is_running:
            self.process.terminate()  # the parent alone: a worker's children end their batch first

    def stop(self) -> None:
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self._signal_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _signal_group(self, number: int) -> None:
        # macOS answers with EPERM for a group that is already gone.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def rotate_log(self) -> None:
        """The process goes on writing into the same file, which begins anew: it was opened to append."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            former = self.log.with_suffix(".log.1")
            try:
                shutil.copyfile(self.log, former)
            except OSError:  # the disk is full: no log is worth the class
                former.unlink(missing_ok=True)
            os.truncate(self.log, 0)

    def last_words(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
