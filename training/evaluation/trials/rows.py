"""Rows of the table of trials, and how each kind of pictures fills one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState
from training.data.dataset import NO_MAJORITY, Faces, majority
from training.data.video import jpeg
from training.evaluation.looking import Looked, look, look_at_crops
from training.evaluation.metrics import wilson
from training.fit.fitness.by_eye import told_by_eye

CropLook = Callable[[Recogniser, np.ndarray], Looked]
LABEL, UNTOUCHED = "FER+ majority", "untouched picture"


@dataclass(frozen=True)
class Given:
    """The recogniser and the pictures that all trials are made of."""

    recogniser: Recogniser
    faces: Faces  # of one split, as crops
    frames: Sequence[np.ndarray]  # (H, 320) uint8 of a video of one face; may be none
    nobody: Path | None = None  # folders of pictures without a person
    hands: Mapping[str, Sequence[np.ndarray]] = field(default_factory=dict)  # the video's, behind a hand

    @cached_property
    def y_true(self) -> np.ndarray:
        """(N,) indices into EXPRESSIONS by the taggers' majority, or NO_MAJORITY."""
        return majority(self.faces.votes) if self.faces.votes is not None else self._undecided

    @cached_property
    def letters(self) -> np.ndarray:
        """(N,) the letter that a person gave each face: see ``training/fit/fitness/by_eye.py``."""
        return told_by_eye(self.faces.images)

    def where(self, chosen: np.ndarray) -> "Given":
        return replace(self, faces=self.faces.where(chosen))

    @property
    def _undecided(self) -> np.ndarray:
        return np.full(len(self.faces), NO_MAJORITY)

    @cached_property
    def untouched(self) -> Looked:
        """The answers to the video's unchanged frames."""
        return look(self.recogniser, [jpeg(frame) for frame in self.frames])


@dataclass(frozen=True)
class Row:
    """The answers to N pictures of one case, and how many of those that were read are right."""

    kind: str  # e.g. "turned"
    case: str
    pictures: str  # of what
    states: dict[str, int]  # how many of the N were told this
    right: (
        tuple[int, int] | None
    )  # (hits, of how many that were read and have a truth); None: nothing is right
    truth: str = ""  # LABEL or UNTOUCHED

    @property
    def n(self) -> int:
        return sum(self.states.values())

    @property
    def read(self) -> int:
        return self.states.get(FaceState.SEEN.value, 0)

    def as_dict(self) -> dict:
        """Shares 0..1 with intervals of 95 %."""
        shares = {state: round(count / self.n, 4) for state, count in self.states.items()}
        found = {"kind": self.kind, "case": self.case, "pictures": self.pictures, "n": self.n}
        found |= {"states": shares, "read": _share(self.read, self.n)}
        return found | {"right": _share(*self.right) | {"truth": self.truth} if self.right else None}


def _share(hits: int, n: int) -> dict:
    interval = wilson(hits, n)
    share = round(hits / n, 4) if n else None
    return {"n": n, "share": share, "interval": [round(interval.low, 4), round(interval.high, 4)]}


def of_crops(given: Given, kind: str, case: str, crops: np.ndarray, *, look: CropLook = look_at_crops) -> Row:
    """A row of the split's faces (N, S, S) uint8, changed; the taggers' majority is the right answer."""
    looked = look(given.recogniser, crops)
    asked = looked.read & (given.y_true != NO_MAJORITY)
    hits = int((looked.answers[asked] == given.y_true[asked]).sum())
    return Row(kind, case, "PublicTest faces", _counted(looked), (hits, int(asked.sum())), LABEL)


def of_covered(given: Given, case: str, pictures: str, crops: np.ndarray) -> Row:
    """A row of crops (N, S, S) uint8 from which nothing may be read."""
    return Row("covered", case, pictures, _counted(look_at_crops(given.recogniser, crops)), None)


def of_frames(given: Given, kind: str, case: str, frames: Sequence[np.ndarray]) -> Row:
    """A row of the video's frames, changed; the answer to the unchanged frame is the right one."""
    looked = look(given.recogniser, [jpeg(frame) for frame in frames])
    asked = looked.read & given.untouched.read
    hits = int((looked.answers[asked] == given.untouched.answers[asked]).sum())
    return Row(kind, case, "video frames", _counted(looked), (hits, int(asked.sum())), UNTOUCHED)


def of_nobody(given: Given, kind: str, case: str, pictures: str, frames: Sequence[np.ndarray]) -> Row:
    """A row of whole frames from which nothing may be read."""
    return Row(
        kind, case, pictures, _counted(look(given.recogniser, [jpeg(frame) for frame in frames])), None
    )


def _counted(looked: Looked) -> dict[str, int]:
    return dict(Counter(looked.states.tolist()).most_common())


def line(row: dict) -> str:
    """A Markdown table row of what ``Row.as_dict`` returned."""
    right = _with_interval(row["right"]) if row["right"] and row["right"]["n"] else ""
    cells = (
        row["kind"],
        row["case"],
        row["pictures"],
        row["n"],
        _with_interval(row["read"]),
        right,
        _others(row["states"]),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _with_interval(share: dict) -> str:
    low, high = (100 * end for end in share["interval"])
    return f"{100 * share['share']:.1f} ({low:.1f} to {high:.1f})"


def _others(states: dict[str, float]) -> str:
    told = {state: share for state, share in states.items() if state != "seen"}
    return ", ".join(f"{state.replace('_', ' ')} {100 * share:.1f}" for state, share in told.items())
