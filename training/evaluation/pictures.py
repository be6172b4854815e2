"""Labelled pictures of any source, in a folder for each expression, scored as the worker would read them.

An external test set, on which nothing was trained or chosen, gives the figure that counts: the splits of
FER2013 share their search words, their taggers and some of their images.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from emotion.vision.files.sources import picture_of
from emotion.vision.files.timed import BadSource
from emotion.vision.jpeg import BadFrame
from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.pixels import as_frame
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser, Recognition
from emotion.vision.states import FaceState
from training.data.dataset import BadFile
from training.evaluation.evaluate import Score, describe
from training.evaluation.metrics import wilson

# The names of folders in other data sets, in lower case.
SPELLINGS = {
    "neutral": ("neutral",),
    "happiness": ("happiness", "happy", "joy"),
    "surprise": ("surprise", "surprised"),
    "sadness": ("sadness", "sad"),
    "anger": ("anger", "angry"),
    "disgust": ("disgust", "disgusted"),
    "fear": ("fear", "fearful", "afraid"),
    "contempt": ("contempt", "contemptuous"),
}
MEANT = {word: EXPRESSIONS.index(expression) for expression, words in SPELLINGS.items() for word in words}
# Contempt is no label of FER2013.
IN_FER2013 = {MEANT[label]: place for place, label in enumerate(FER2013_LABELS)}
UNREADABLE = "unreadable"
NOT_READ = {
    FaceState.NONE: "without a face that was found",
    FaceState.SEVERAL: "with several faces",
    FaceState.UNSURE: "too small, blurred, turned away or cut by the edge",
    FaceState.TOO_DARK: "too dark",
    FaceState.TOO_BRIGHT: "too bright",
    FaceState.STILL: "that do not change",
    FaceState.TURNED: "turned",
    FaceState.LOOKING_DOWN: "looking down",
    UNREADABLE: "no picture, or a damaged one",
}
TITLES = {"fer2013": "FER2013 head, 7 labels", "ferplus": "FER+ head, 8 classes"}


@dataclass(frozen=True)
class Pictures:
    """N labelled pictures, R of which were read by the network."""

    y_true: np.ndarray
    """(N,) indices into EXPRESSIONS."""
    states: list[str]
    """N face states, or UNREADABLE."""
    recognition: Recognition
    """The answers for those that are SEEN, in order."""

    @property
    def read(self) -> np.ndarray:
        """(N,) bool: the pictures in which a face was read."""
        return np.array([state == FaceState.SEEN for state in self.states], dtype=bool)

    @property
    def scores(self) -> dict[str, Score]:
        """{label set: score of the R faces that were read}, without abstention.

        A label set in which no face was read is left out. Faces labelled contempt are not asked of FER2013's
        head.
        """
        y_true = self.y_true[self.read]
        known = np.isin(y_true, list(IN_FER2013))
        labels = np.array([IN_FER2013[expression] for expression in y_true[known]], dtype=np.int64)
        fer2013 = Score(FER2013_LABELS, labels, self.recognition.fer2013[known].argmax(axis=1))
        ferplus = Score(EXPRESSIONS, y_true, self.recognition.probabilities.argmax(axis=1))
        return {name: score for name, score in (("fer2013", fer2013), ("ferplus", ferplus)) if len(score)}

    def with_label_of(self, label_set: str) -> int:
        """How many of the N pictures have a label of this set, read or not."""
        return (
            len(self.y_true) if label_set == "ferplus" else int(np.isin(self.y_true, list(IN_FER2013)).sum())
        )

    def as_dict(self) -> dict:
        """Figures as fractions 0..1. ``accuracy_of_all`` counts pictures that were not read as wrong."""
        found = {"n": len(self.y_true), "states": dict(Counter(self.states))}
        for name, score in self.scores.items():
            n = self.with_label_of(name)
            found[name] = score.as_dict() | {"n_of_all": n, "accuracy_of_all": score.hits / n}
        return found


def read_pictures(folder: Path, recogniser: Recogniser, *, are_crops: bool) -> Pictures:
    """Reads every picture in the folder's folders. Raises BadFile where a folder names no expression.

    With ``are_crops`` the pictures are upright faces, cut out from forehead to chin and ear to ear as in
    FER2013, and only scaled. Otherwise the worker's detector looks for the face, and its reasons not to read
    one are kept.
    """
    paths, y_true = _labelled(folder)
    counted = tqdm(paths, desc=f"reading {folder.name}", unit=" pictures", disable=None, leave=False)
    side = recogniser.input_size
    found = (_cropped(path, side) for path in counted) if are_crops else _found(counted, Reader(recogniser))
    states, crops = [], []
    for state, crop in found:
        states.append(state)
        crops += [] if crop is None else [crop]
    stacked = np.stack(crops) if crops else np.zeros((0, side, side), np.uint8)
    return Pictures(y_true, states, recogniser.recognise(stacked))


def _labelled(folder: Path) -> tuple[list[Path], np.ndarray]:
    """Paths (N,) of all files that are not hidden, and their labels (N,), indices into EXPRESSIONS."""
    if not folder.is_dir():
        raise BadFile(f"{folder} is not a folder." if folder.exists() else f"{folder} does not exist.")
    paths, y_true = [], []
    for named in sorted(inside for inside in folder.iterdir() if inside.is_dir()):
        if named.name.lower() not in MEANT:
            raise BadFile(f"{named} names no expression; a folder can be called {', '.join(sorted(MEANT))}.")
        files = sorted(path for path in named.rglob("*") if path.is_file() and path.name[0] != ".")
        paths += files
        y_true += [MEANT[named.name.lower()]] * len(files)
    if not paths:
        raise BadFile(f"{folder} holds no pictures; it needs a folder of them for each expression.")
    return paths, np.array(y_true, dtype=np.int64)


def _cropped(path: Path, side: int) -> tuple[str, np.ndarray | None]:
    try:
        grey = cv2.cvtColor(picture_of(path), cv2.COLOR_BGR2GRAY)
    except BadSource:
        return UNREADABLE, None
    smooth = cv2.INTER_AREA if min(grey.shape) > side else cv2.INTER_LINEAR
    return FaceState.SEEN, cv2.resize(grey, (side, side), interpolation=smooth)


def _found(paths: Iterable[Path], reader: Reader) -> Iterator[tuple[str, np.ndarray | None]]:
    for seen in reader.inspect(_frame(path) for path in paths):
        if seen.error and not isinstance(seen.error, BadFrame):
            raise seen.error
        yield seen.state or UNREADABLE, seen.crop


def _frame(path: Path) -> bytes:
    """The picture as a student's page would send it; an empty frame where the file is no picture."""
    try:
        return as_frame(picture_of(path))
    except BadSource:
        return b""


def report_pictures(pictures: Pictures) -> str:
    """The figures as text: how many pictures were read, and the scores, with 95 % intervals."""
    n, counted = len(pictures.y_true), Counter(pictures.states)
    read = counted.pop(FaceState.SEEN, 0)
    parts = [f"{n} pictures: a face was read in {read}, {100 * read / n:.1f} % (95 %: {wilson(read, n)})"]
    parts += [f"  {count} {NOT_READ[state]}" for state, count in counted.most_common()]
    for name, score in pictures.scores.items():
        parts += ["", describe(TITLES[name], score)]
        of_all = pictures.with_label_of(name)
        if of_all > len(score):
            share = f"{100 * score.hits / of_all:.2f} % (95 %: {wilson(score.hits, of_all)})"
            parts.append(f"  of all {of_all}, those not read counted as wrong: {share}")
    if read:
        unsure = 100 * pictures.recognition.unsure.mean()
        parts += ["", f"Of the faces that were read, {unsure:.1f} % are below the abstention threshold."]
    return "\n".join(parts)
