import csv
import math
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError

from ...engines import EngineMissing
from ...faces import BadFrame, FaceReader
from ...recogniser import Recogniser, WeightsMissing
from ..copies import Copy
from ..drawing import drawn
from ..sightings import COLUMNS, sightings
from ..sources import BadSource, Source, source

SHORTEST_STEP = 0.001  # seconds: the rows have times in milliseconds


class Command(BaseCommand):
    help = (
        "What the worker would read from a picture or video of yours: a CSV row for each picture and, if you "
        "name one, a copy with the readings drawn in. Only the files that you name are written, and nothing "
        "goes to the database."
    )
    requires_system_checks = ()  # it needs neither Redis nor a database

    def add_arguments(self, parser: ArgumentParser) -> None:
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

    def handle(self, *, file: Path, every: float, **options: object) -> None:
        try:
            named = source(file, every=every)
            self._classify(named, **options)
        except BadFrame as error:
            raise CommandError(f"{file}: {error}.") from error
        except (BadSource, EngineMissing, WeightsMissing) as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:  # `| head` has seen enough; Python would still try to write the rest
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if named.remark:
            self.stderr.write(named.remark)

    def _classify(
        self, named: Source, *, table: Path | None, annotated: Path | None, regions: bool, **_: object
    ) -> None:
        recogniser = Recogniser.load()
        found = sightings(named.pictures(), FaceReader(crop_size=recogniser.input_size), recogniser)
        with ExitStack() as files:
            copy = files.enter_context(closing(Copy(annotated, named))) if annotated else None
            taken = [named.path, *([annotated] if annotated else [])]
            rows = csv.writer(files.enter_context(_opened(table, taken)) if table else self.stdout)
            rows.writerow(COLUMNS)
            for sighting in found:
                rows.writerow(sighting.row(recogniser.version))
                if copy:
                    copy.add(sighting.seconds, drawn(sighting, with_regions=regions))


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
