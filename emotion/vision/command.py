"""The command that reads a picture or a video file: python -m emotion.vision FILE"""

import csv
import math
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TextIO

from .engines import EngineMissing
from .files.copies import Copy
from .files.drawing import drawn
from .files.rows import COLUMNS, observed, row
from .files.sources import Source, source
from .files.timed import BadSource
from .jpeg import BadFrame
from .reader import Reader
from .recogniser import WeightsMissing

DESCRIPTION = (
    "What the worker would read from a picture or video of yours: a CSV row for each picture and, if you "
    "name one, a copy with the readings drawn in. Only the files that you name are written."
)
SHORTEST_STEP = 0.001  # seconds: the rows have times in milliseconds


def main(arguments: Sequence[str] | None = None, *, program: str = "python -m emotion.vision") -> None:
    """Runs the command. Ends the program with one sentence where the file or the weights cannot be read."""
    options = _parser(program).parse_args(arguments)
    try:
        named = source(options.file, every=options.every)
        _classify(named, options)
    except BadFrame as error:
        sys.exit(f"{program}: {options.file}: {error}.")
    except (BadSource, EngineMissing, WeightsMissing) as error:
        sys.exit(f"{program}: {error}")
    except BrokenPipeError:
        # A reader such as `| head` has closed the pipe, and Python would try again to write the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if named.remark:
        print(named.remark, file=sys.stderr)


def _parser(program: str) -> ArgumentParser:
    parser = ArgumentParser(program, description=DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="IMAGE|VIDEO")
    parser.add_argument("--csv", dest="table", type=Path, metavar="FILE", help="instead of the terminal")
    parser.add_argument(
        "--annotated", type=Path, metavar="FILE", help="the copy: .png or .jpg, of a video .mp4"
    )
    parser.add_argument(
        "--regions", action="store_true", help="in the copy, where the network looked, a colour a region"
    )
    parser.add_argument(
        "--every",
        type=_seconds,
        default=0,
        metavar="SECONDS",
        help="of a video or an animation; default every picture",
    )
    return parser


def _classify(named: Source, options: Namespace) -> None:
    reader = Reader()
    with ExitStack() as files:
        copy = files.enter_context(closing(Copy(options.annotated, named))) if options.annotated else None
        taken = [named.path, *([options.annotated] if options.annotated else [])]
        table = files.enter_context(_opened(options.table, taken)) if options.table else sys.stdout
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for seconds, picture, seen in observed(named.pictures(), reader):
            rows.writerow(row(seconds, seen, reader.recogniser.version))
            if copy:
                copy.add(seconds, drawn(picture, seen, with_regions=options.regions))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if seconds != 0 and not SHORTEST_STEP <= seconds < math.inf:
        raise ArgumentTypeError(f"{text} is not 0 or a number of seconds, such as 0.5.")
    return seconds


def _opened(table: Path, taken: list[Path]) -> TextIO:
    if any(table.resolve() == other.resolve() for other in taken):
        raise BadSource(f"{table} is the file itself, or its copy; name another one for the rows.")
    try:
        return table.open("w", newline="")
    except OSError as error:
        raise BadSource(f"{table} cannot be written: {error.strerror}.") from error
