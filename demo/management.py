"""Management commands of the site, each in a copy of one process that has already loaded Django.

Loading it takes most of a second of CPU, which each command in a Python of its own would take again.
"""

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from demo.services import CannotStart, die_with_parent

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RunningCommand:
    name: str
    answer: socket.socket

    def output(self) -> str:
        """Wait until the command has ended and return what it printed. Raises CannotStart if it failed."""
        told = ""
        # Without an answer the command was killed, or the process ended, perhaps before it read the request.
        with suppress(ConnectionResetError), self.answer, self.answer.makefile() as stream:
            told = stream.read()
        ended = json.loads(told) if told else {"has_failed": True}
        if ended["has_failed"]:
            raise CannotStart(f"`manage.py {self.name}` failed; its own message is above.")
        return str(ended["output"])


class Management:
    """The process that loads Django once. It ends when this one does, however that ends."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._requests, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "demo.management", str(theirs.fileno())],
                cwd=ROOT,
                env=env,
                pass_fds=[theirs.fileno()],
                # A session of its own: Ctrl-C reaches the demo alone, which stops what it started.
                start_new_session=True,
            )

    def begin(self, *arguments: str) -> RunningCommand:
        """Start a command. Several may run at once, and any thread may ask."""
        answer, theirs = socket.socketpair()
        # The process may have ended: then nobody answers, and RunningCommand says so.
        with theirs, suppress(BrokenPipeError):
            answer.sendall(json.dumps(arguments).encode() + b"\n")
            socket.send_fds(self._requests, [b"\0"], [theirs.fileno()])
        return RunningCommand(arguments[0], answer)

    def stop(self) -> None:
        """Stop the process, and every command that still runs."""
        self._requests.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()


def _reap(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _next_request(requests: socket.socket) -> socket.socket | None:
    """Return in a copy of this process for each request, and here when there will be no more."""
    signal.signal(signal.SIGCHLD, _reap)
    while descriptors := socket.recv_fds(requests, 1, 1)[1]:
        if not os.fork():
            die_with_parent()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            requests.close()
            return socket.socket(fileno=descriptors[0])
        os.close(descriptors[0])
    return None


def _run(request: socket.socket) -> None:
    from django.core.management import execute_from_command_line

    has_failed, output = False, io.StringIO()
    with request, request.makefile("rw") as stream:
        arguments = json.loads(stream.readline())
        try:
            with redirect_stdout(output):
                execute_from_command_line(["manage.py", *arguments])
        except SystemExit as end:
            has_failed = bool(end.code)
        json.dump({"has_failed": has_failed, "output": output.getvalue()}, stream)


def main() -> None:
    import django
    import django.db

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if request := _next_request(socket.socket(fileno=int(sys.argv[1]))):
        _run(request)
        # To take a copy of Django down, object by object, would cost half a second of CPU.
        django.db.connections.close_all()
        os._exit(0)


if __name__ == "__main__":
    main()
