"""Rows of the table of trials, and how each kind of pictures fills one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from emotion.vision.observation import Observation
from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState
from training.data.dataset import NO_MAJORITY, Faces, majority
from training.data.video import jpeg
from training.evaluation.metrics import wilson
from training.evaluation.observations import answers, observe, observe_crops
from training.fit.fitness.annotations import annotated

CropObserver = Callable[[Recogniser, np.ndarray], list[Observation]]
LABEL, UNTOUCHED = "FER+ majority", "untouched picture"


@dataclass(frozen=True)
class Inputs:
    """The recogniser and the pictures that all trials are made of."""

    recogniser: Recogniser
    faces: Faces
    """The crops of one split."""
    frames: Sequence[np.ndarray]
    """Frames (H, 320) uint8 of a video of one face; may be empty."""
    nobody: Path | None = None
    """A folder of folders of pictures without a person."""
    hands: Mapping[str, Sequence[np.ndarray]] = field(default_factory=dict)
    """{what hides the face: frames of the same video}."""

    @cached_property
    def y_true(self) -> np.ndarray:
        """(N,) indices into EXPRESSIONS by the taggers' majority, or NO_MAJORITY."""
        if self.faces.votes is None:
            return np.full(len(self.faces), NO_MAJORITY)
        return majority(self.faces.votes)

    @cached_property
    def letters(self) -> np.ndarray:
        """(N,) the letter that a person gave each face: see ``training/fit/fitness/annotations.py``."""
        return annotated(self.faces.images)

    def where(self, chosen: np.ndarray) -> "Inputs":
        return replace(self, faces=self.faces.where(chosen))

    @cached_property
    def untouched(self) -> np.ndarray:
        """(N,) answers to the video's unchanged frames: indices into EXPRESSIONS, or -1."""
        return answers(self.observe(self.frames))

    def observe(self, frames: Sequence[np.ndarray]) -> list[Observation]:
        """Observations of frames (H, 320) uint8, as a student's page would send them."""
        return observe(self.recogniser, [jpeg(frame) for frame in frames])


@dataclass(frozen=True)
class Row:
    """The answers to N pictures of one case, and how many of those that were read are right."""

    kind: str
    """E.g. "turned"."""
    case: str
    pictures: str
    """What the pictures show."""
    states: dict[str, int]
    """{face state: how many of the N pictures got it}."""
    right: tuple[int, int] | None
    """Hits, and how many pictures were read and have a truth; None where no answer is right."""
    truth: str = ""
    """LABEL or UNTOUCHED."""

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


def of_crops(
    inputs: Inputs, kind: str, case: str, crops: np.ndarray, *, observer: CropObserver = observe_crops
) -> Row:
    """A row of the split's faces (N, S, S) uint8, changed; the taggers' majority is the right answer."""
    found = observer(inputs.recogniser, crops)
    y_pred = answers(found)
    asked = (y_pred >= 0) & (inputs.y_true != NO_MAJORITY)
    hits = int((y_pred[asked] == inputs.y_true[asked]).sum())
    return Row(kind, case, "PublicTest faces", _counted(found), (hits, int(asked.sum())), LABEL)


def of_covered(inputs: Inputs, case: str, pictures: str, crops: np.ndarray) -> Row:
    """A row of crops (N, S, S) uint8 from which nothing may be read."""
    return Row("covered", case, pictures, _counted(observe_crops(inputs.recogniser, crops)), None)


def of_frames(inputs: Inputs, kind: str, case: str, frames: Sequence[np.ndarray]) -> Row:
    """A row of the video's frames, changed; the answer to the unchanged frame is the right one."""
    found = inputs.observe(frames)
    y_pred = answers(found)
    asked = (y_pred >= 0) & (inputs.untouched >= 0)
    hits = int((y_pred[asked] == inputs.untouched[asked]).sum())
    return Row(kind, case, "video frames", _counted(found), (hits, int(asked.sum())), UNTOUCHED)


def of_nobody(inputs: Inputs, kind: str, case: str, pictures: str, frames: Sequence[np.ndarray]) -> Row:
    """A row of whole frames from which nothing may be read."""
    return Row(kind, case, pictures, _counted(inputs.observe(frames)), None)


def _counted(found: Sequence[Observation]) -> dict[str, int]:
    return dict(Counter(str(seen.state) for seen in found).most_common())


def line(row: dict) -> str:
    """A Markdown table row of what ``Row.as_dict`` returned."""
    right = _with_interval(row["right"]) if row["right"] and row["right"]["n"] else ""
    refused = {state: share for state, share in row["states"].items() if state != FaceState.SEEN.value}
    cells = (
        row["kind"],
        row["case"],
        row["pictures"],
        row["n"],
        _with_interval(row["read"]),
        right,
        ", ".join(f"{state.replace('_', ' ')} {100 * share:.1f}" for state, share in refused.items()),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _with_interval(share: dict) -> str:
    low, high = (100 * end for end in share["interval"])
    return f"{100 * share['share']:.1f} ({low:.1f} to {high:.1f})"
