"""The command that reads a file, as tests call it."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision import command

ROOT = Path(__file__).parents[3]
MEDIA = ROOT / "tests/media"
VARYING_RATE = MEDIA / "varying_rate.webm"


def picture(folder: Path, shown: np.ndarray, name: str = "frame.png") -> Path:
    cv2.imwrite(str(folder / name), shown)
    return folder / name


def rows(*arguments: object, stderr: io.StringIO | None = None) -> list[dict[str, str]]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(stderr or io.StringIO()):
        command.main([str(argument) for argument in arguments])
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@contextmanager
def refused(words: str) -> Iterator[None]:
    """The command ends with one sentence that has these words, a pattern."""
    with pytest.raises(SystemExit, match=words):
        yield
