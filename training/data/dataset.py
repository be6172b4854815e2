"""The official FER2013 and FER+ files, read once into one .npz file, and handed out by split."""

import csv
import gzip
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import cv2
import numpy as np
from tqdm import tqdm

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS

SPLITS = ("Training", "PublicTest", "PrivateTest")
IMAGE_SIDE = 48
# OpenCV's WebP qualities end at 100; anything above is lossless. A side of 16,383 px holds 116,000 faces.
LOSSLESS = 101
# fer2013new.csv has a vote column for each expression and then these two: nobody could tell, and not a face.
VOTE_COLUMNS = (*EXPRESSIONS, "unknown", "NF")
NO_MAJORITY = -1


class BadFile(Exception):
    """A data file is missing, cut off, or not what it should be. The message is one sentence for the user."""


@dataclass(frozen=True)
class Faces:
    """Rows of one or more splits, in the order of the file."""

    images: np.ndarray
    """(N, 48, 48) uint8 grey."""
    labels: np.ndarray
    """(N,) int64, indices into FER2013_LABELS."""
    splits: np.ndarray
    """(N,) str, each one of SPLITS."""
    votes: np.ndarray | None
    """(N, 10) int64 counts in the order of VOTE_COLUMNS; None without the FER+ file."""

    def __len__(self) -> int:
        return len(self.images)

    @property
    def rated(self) -> np.ndarray:
        """The votes (N, 10). Raises BadFile where the faces were read without them."""
        if self.votes is None:
            raise BadFile("These faces have no votes; name fer2013new.csv as well.")
        return self.votes

    def of(self, split: str) -> "Faces":
        """The rows of one split. Raises BadFile where there are none."""
        chosen = self.splits == split
        if not chosen.any():
            raise BadFile(f"There is no row of the split {split} in these files.")
        return self.where(chosen)

    def where(self, chosen: np.ndarray) -> "Faces":
        """The rows that ``chosen``, (N,) bool or indices, selects."""
        votes = None if self.votes is None else self.votes[chosen]
        return Faces(self.images[chosen], self.labels[chosen], self.splits[chosen], votes)

    def thinned(self, count: int) -> "Faces":
        """At most ``count`` rows, at even distances."""
        count = min(count, len(self))
        return self.where(np.linspace(0, len(self) - 1, count).round().astype(int))


def read_faces(images: Path) -> Faces:
    """The rows of fer2013.csv or fer2013.csv.gz, without votes. Raises BadFile."""
    rows = list(
        tqdm(_image_rows(images), desc=f"reading {images.name}", unit=" rows", disable=None, leave=False)
    )
    if not rows:
        raise BadFile(f"{images} holds no rows.")
    pixels, labels, splits = (np.stack(column) for column in zip(*rows, strict=True))
    return Faces(pixels, labels.astype(np.int64), splits, votes=None)


def with_votes(faces: Faces, path: Path) -> Faces:
    """These faces with the votes of fer2013new.csv or fer2013new.csv.gz. Raises BadFile.

    Row n of one official file belongs to row n of the other, split by split. Votes of splits that these faces
    do not hold are ignored, so a file of one split can be read with the votes of all three.
    """
    return replace(faces, votes=_read_votes(path, faces.splits))


def save_faces(faces: Faces, path: Path, *, small: bool = False) -> None:
    """Writes faces as .npz. ``small`` stores the images as lossless WebP, which takes minutes to write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    images = _packed(faces.images) if small else faces.images
    save = np.savez_compressed if small else np.savez
    save(path, images=images, labels=faces.labels, splits=faces.splits, votes=faces.rated)


def load_faces(path: Path) -> Faces:
    """Reads what ``save_faces`` wrote. Raises BadFile."""
    if not path.is_file():
        raise BadFile(f"{path} does not exist; make it with: python -m training prepare")
    with np.load(path) as arrays:
        images = arrays["images"]
        if images.ndim == 1:
            images = _unpacked(images, len(arrays["labels"]))
        return Faces(images, arrays["labels"], arrays["splits"], arrays["votes"])


def _packed(images: np.ndarray) -> np.ndarray:
    """Images (N, S, S) uint8 as one lossless WebP (n,) uint8 that holds all of them in a grid."""
    count, side, _ = images.shape
    columns = math.isqrt(count - 1) + 1
    rows = -(-count // columns)
    grid = np.zeros((rows * columns, side, side), np.uint8)
    grid[:count] = images
    mosaic = grid.reshape(rows, columns, side, side).swapaxes(1, 2).reshape(rows * side, columns * side)
    _, encoded = cv2.imencode(".webp", mosaic, [cv2.IMWRITE_WEBP_QUALITY, LOSSLESS])
    return encoded.ravel()


def _unpacked(packed: np.ndarray, count: int) -> np.ndarray:
    mosaic = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))
    rows, columns = (length // IMAGE_SIDE for length in mosaic.shape)
    grid = mosaic.reshape(rows, IMAGE_SIDE, columns, IMAGE_SIDE).swapaxes(1, 2)
    return grid.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)[:count]


def majority(votes: np.ndarray) -> np.ndarray:
    """The majority class of FER+ votes (N, 10): (N,) indices into EXPRESSIONS, or NO_MAJORITY.

    The rule is that of FER+'s authors (github.com/microsoft/FERPlus): a class with a single vote counts 0,
    the top class must hold more than half of the remaining votes, and rows of unknown or not-a-face are
    dropped.
    """
    kept = np.where(votes > 1, votes, 0)
    top = kept.argmax(axis=1)
    decided = (2 * kept.max(axis=1) > kept.sum(axis=1)) & (top < len(EXPRESSIONS))
    return np.where(decided, top, NO_MAJORITY)


def vote_shares(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Soft labels of FER+ votes (N, 10), and how far each row is to be trusted.

    Returns shares (N, 8) float32 over EXPRESSIONS, which sum to 1, and (N,) float32, the share of taggers who
    saw one of the eight expressions. A row in which nobody saw one has equal shares and trust 0.
    """
    expressions = votes[:, : len(EXPRESSIONS)].astype(np.float32)
    total = expressions.sum(axis=1)
    trust = total / np.maximum(votes.sum(axis=1), 1)
    even = np.full_like(expressions, 1 / len(EXPRESSIONS))
    shares = np.where(total[:, None] > 0, expressions / np.maximum(total, 1)[:, None], even)
    return shares, trust.astype(np.float32)


def occurs_in(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(N,) bool: whether exactly the same image is also among ``others``; both (N, S, S) uint8."""
    known = {_digest(image) for image in others}
    return np.array([_digest(image) in known for image in images], dtype=bool)


def _digest(image: np.ndarray) -> bytes:
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest()


def _open(path: Path) -> IO[str]:
    if not path.is_file():
        raise BadFile(f"{path} does not exist.")
    with path.open("rb") as start:
        is_gzip = start.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", newline="") if is_gzip else path.open(newline="")


def _records(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields line number and record of a csv file; raises BadFile for missing columns or a file cut off."""
    with _open(path) as stream:
        reader = csv.DictReader(stream)
        try:
            missing = [column for column in columns if column not in (reader.fieldnames or [])]
            if missing:
                raise BadFile(f"{path} has no column {missing[0]!r}; it needs {', '.join(columns)}.")
            for record in reader:
                yield reader.line_num, record
        except (EOFError, gzip.BadGzipFile) as error:
            raise BadFile(f"{path} is cut off: its compressed data ends too early.") from error
        except UnicodeDecodeError as error:
            raise BadFile(f"{path} is not a csv file.") from error


def _image_rows(path: Path) -> Iterator[tuple[np.ndarray, int, str]]:
    for line, record in _records(path, ("emotion", "pixels", "Usage")):
        yield (
            _pixels(path, line, record["pixels"]),
            _label(path, line, record["emotion"]),
            _split(path, line, record),
        )


def _pixels(path: Path, line: int, text: str | None) -> np.ndarray:
    words = (text or "").split()
    if len(words) != IMAGE_SIDE**2:
        raise BadFile(
            f"{path} is cut off or damaged at line {line}: {len(words)} pixels instead of {IMAGE_SIDE**2}."
        )
    try:
        return np.array(words, dtype=np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    except (ValueError, OverflowError) as error:
        raise BadFile(f"{path} is damaged at line {line}: a pixel is not a number from 0 to 255.") from error


def _label(path: Path, line: int, text: str | None) -> int:
    if text is None or not text.isdecimal() or int(text) >= len(FER2013_LABELS):
        raise BadFile(
            f"{path} is damaged at line {line}: {text!r} is no emotion from 0 to {len(FER2013_LABELS) - 1}."
        )
    return int(text)


def _split(path: Path, line: int, record: dict[str, str]) -> str:
    split = record["Usage"]
    if split not in SPLITS:
        raise BadFile(
            f"{path} is cut off or damaged at line {line}: {split!r} is none of {', '.join(SPLITS)}."
        )
    return split


def _read_votes(path: Path, splits: np.ndarray) -> np.ndarray:
    counts: list[list[int]] = []
    needed = set(splits)
    for line, record in _records(path, ("Usage", *VOTE_COLUMNS)):
        if _split(path, line, record) not in needed:
            continue
        if len(counts) >= len(splits) or record["Usage"] != splits[len(counts)]:
            raise BadFile(f"{path} does not belong to these images: line {line} has no image of its split.")
        counts.append([_count(path, line, record[column]) for column in VOTE_COLUMNS])
    if len(counts) != len(splits):
        raise BadFile(
            f"{path} does not belong to these images: {len(counts)} rows of votes for {len(splits)} images."
        )
    return np.array(counts, dtype=np.int64)


def _count(path: Path, line: int, text: str | None) -> int:
    if text is None or not text.isdecimal():
        raise BadFile(f"{path} is cut off or damaged at line {line}: {text!r} is no number of votes.")
    return int(text)
