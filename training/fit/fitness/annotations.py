"""Annotations: which faces of FER2013 a person saw behind a hand or a thing.

They exist for the Training and PublicTest rows that an earlier network called covered most surely.
annotations.csv has a letter for each; a picture is identified by its 8-byte BLAKE2b digest.
"""

import csv
import hashlib
from pathlib import Path

import numpy as np

TABLE = Path(__file__).with_name("annotations.csv")
# The mouth or an eye is hidden.
COVERED = "c"
# There is a hand or a thing, but eyes and mouth are free.
AT_THE_FACE = "e"
ORDINARY = "."
NOBODY = "n"
LOOKING_DOWN = "d"
# Covered and nobody, and also turned (t), in profile or cut by the edge (p), looking down, and doubtful (?).
NOT_ORDINARY = "cntp?d"
NOT_ANNOTATED = ""


def annotated(images: np.ndarray) -> np.ndarray:
    """The letters (N,) of faces (N, 48, 48) uint8; NOT_ANNOTATED for others."""
    with TABLE.open(newline="") as file:
        letters = {row["picture"]: row["letter"] for row in csv.DictReader(file)}
    return np.array([letters.get(digest(image), NOT_ANNOTATED) for image in images])


def digest(image: np.ndarray) -> str:
    return hashlib.blake2b(image.tobytes(), digest_size=8).hexdigest()
