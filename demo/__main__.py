"""`make demo`: the whole product on one machine until Ctrl-C, which stops every process."""

import signal

if __name__ == "__main__":
    # Ctrl-C while the other modules load ends this process without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import fcntl
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from demo.preflight import require_disk_space, require_weights
from demo.product import ROOT, Product, kept_secret
from demo.services import CannotStart, die_with_parent

SUPERVISE_EVERY = 0.2  # seconds
# Enough for a class average, and few enough for two cores.
STUDENTS = 12
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _open_lock(folder: Path) -> IO[str]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / "lock").open("w")
    except OSError as error:
        raise CannotStart(
            f"Nothing can be written into {folder}: {error.strerror}. "
            f"Name another folder: {Path(sys.executable)} -m demo --folder FOLDER"
        ) from error


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Two demos in one folder would overwrite each other's files."""
    with _open_lock(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"A demo already runs in {folder}; stop that one first.") from error
        yield


def teacher_password(product: Product) -> str:
    """Easy to type on a private demo, and a random one where other machines reach the sign-in."""
    return "demo" if product.is_private else kept_secret(product.folder / "teacher_password")[:12]


def announce(product: Product, demo: dict[str, str], students: int) -> None:
    lines = [
        ("Address", product.env["PUBLIC_URL"]),
        ("Teacher", f"{demo['username']}, password {demo['password']}"),
        ("Join code", f"{demo['join_code']}, {demo['join_url']}"),
        ("Live page", demo["live_url"]),
        ("Mode", "analytics, under a demo approval; a fresh deployment allows participation only"),
    ]
    if students:
        lines.append(("Students", f"{students} simulated ones are joining"))
    if product.authority:
        lines.append(("Phones", f"accept the warning once, or install {product.authority}"))
    block = "\n".join(f"  {name:10} {text}" for name, text in lines)
    print(f"\nClasspulse is running.\n\n{block}\n\nCtrl-C stops everything.\n", flush=True)


def stop_on_signals() -> None:
    def stop(_number: int, _frame: object) -> None:
        # A second Ctrl-C must not interrupt the stopping: that would leave processes behind.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def run(arguments: argparse.Namespace) -> None:
    with folder_lock(arguments.folder):
        require_weights()
        require_disk_space(arguments.folder)
        print("Starting Classpulse ...", flush=True)
        with Product(arguments.folder, port=arguments.port, lan=arguments.lan) as product:
            options = [f"--password={teacher_password(product)}"]
            if arguments.students:
                options.append("--fresh")
            demo = json.loads(product.manage("demo_class", *options))
            product.stop_management()
            product.wait_until_ready()
            if arguments.students:
                product.start_students(arguments.students, demo["join_code"])
            announce(product, demo, arguments.students)
            while True:
                for sentence in product.supervise():
                    print(sentence, flush=True)
                time.sleep(SUPERVISE_EVERY)


def number_between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}.")
        return int(text)

    return number


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Run Classpulse on this machine.")
    parser.add_argument("--port", type=number_between(1, 65535), default=8000)
    parser.add_argument(
        "--students", type=number_between(0, 1000), default=STUDENTS, help="simulated ones (0: none)"
    )
    parser.add_argument("--lan", action="store_true", help="serve https to phones in this network")
    parser.add_argument("--folder", type=Path, default=ROOT / "run", help="for database, logs and secrets")
    arguments = parser.parse_args()
    die_with_parent()
    stop_on_signals()
    try:
        run(arguments)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
