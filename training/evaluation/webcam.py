"""Robustness on whole webcam frames: is the face still read, and is the answer still the same?

Frames of a video are changed before they are searched, aligned and read, as the worker does it. There is no
true label; the answer on the unchanged frame is the reference.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from emotion.vision.observation import Observation
from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState
from training.data.dataset import BadFile
from training.data.video import frames_of, jpeg
from training.evaluation.observations import answers, observe
from training.evaluation.robustness import SEED, backlit, dim, noisy, rolled, side_lit

# Changes one frame (H, 320) uint8 and keeps its shape.
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def webcam_robustness(recogniser: Recogniser, video: Path) -> dict:
    """{condition: shares 0..1} of a video of one face, unchanged frames first. Raises BadFile."""
    frames = frames_of(video)
    clean = observe(recogniser, [jpeg(frame) for frame in frames])
    found = {"clean": _shares(clean, clean)}
    for name, change in tqdm(_conditions(clean).items(), desc="webcam", disable=None, leave=False):
        random = np.random.default_rng(SEED)
        worse = [jpeg(change(frame, random)) for frame in frames]
        found[name] = _shares(observe(recogniser, worse), clean)
    found["JPEG quality 40"] = _shares(observe(recogniser, [jpeg(frame, 40) for frame in frames]), clean)
    return found


def _conditions(clean: Sequence[Observation]) -> dict[str, Change]:
    widths = [seen.face.width for seen in clean if seen.face]
    if not widths:
        raise BadFile("No frame of this video shows a face.")
    width = float(np.median(widths))
    return {
        "blur, 3 % of the face": lambda frame, _: cv2.GaussianBlur(frame, (0, 0), width * 0.03),
        "noise, 15 grey levels": noisy,
        "a fifth of the light": dim,
        "light from one side": side_lit,
        "light from behind": backlit,
        "roll 10 degrees": rolled(10),
        "roll 25 degrees": rolled(25),
        "roll 40 degrees": rolled(40),
        "face of 40 px": lambda frame, _: _farther(frame, min(1.0, 40 / width)),
        "face of 24 px": lambda frame, _: _farther(frame, min(1.0, 24 / width)),
    }


def _farther(frame: np.ndarray, scale: float) -> np.ndarray:
    """The frame scaled down, with its edges drawn out to the former size."""
    far = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rows, cols = (whole - part for whole, part in zip(frame.shape, far.shape, strict=True))
    edges = (rows // 2, rows - rows // 2, cols // 2, cols - cols // 2)
    return cv2.copyMakeBorder(far, *edges, cv2.BORDER_REPLICATE)


def _shares(worse: Sequence[Observation], clean: Sequence[Observation]) -> dict:
    """Shares of face states, and of answers that agree where both frames were read (``same``)."""
    y_pred, reference = answers(worse), answers(clean)
    both = (y_pred >= 0) & (reference >= 0)
    same = y_pred[both] == reference[both]
    counts = Counter(seen.state for seen in worse)
    states = {state.value: round(counts[state] / len(worse), 3) for state in FaceState}
    return {"n": len(worse), **states, "same": round(float(same.mean()), 3) if both.any() else None}


def table(found: dict) -> str:
    """The figures as a Markdown table, in percent."""
    columns = ("condition", "read %", "unsure %", "no face %", "too dark %", "same expression %")
    lines = [f"| {' | '.join(columns)} |", "| --- " * len(columns) + "|"]
    for name, row in found.items():
        shares = [row[state] for state in ("seen", "unsure", "none", "too_dark")] + [row["same"]]
        cells = ("" if share is None else f"{100 * share:.0f}" for share in shares)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
