"""Heads lowered over a notebook, drawn from the test video by ``training/fit/lowered/turning.py``."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from training.evaluation.trials.rows import Inputs, Row, of_nobody

# A sheet of 4 x 3 pictures.
SHEET = Path(__file__).parents[3] / "tests" / "media" / "looking-down.jpg"


def rows(inputs: Inputs) -> Iterator[Row]:
    sheet = cv2.imread(str(SHEET), cv2.IMREAD_GRAYSCALE) if SHEET.exists() else None
    if sheet is not None:
        pictures = [part for row in np.vsplit(sheet, 3) for part in np.hsplit(row, 4)]
        yield of_nobody(inputs, "looking down", "40 degrees, eyes lowered", "drawn video frames", pictures)
