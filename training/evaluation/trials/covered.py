"""Covers drawn on faces, from which nothing may be read, and ordinary things that hide nothing."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from emotion.vision.geometry import FRAMING
from training.evaluation.robustness import SEED
from training.evaluation.trials.rows import Inputs, Row, of_covered, of_crops, of_nobody
from training.fit.fitness.annotations import COVERED
from training.fit.fitness.canvas import Canvas, Cover, enlarged, is_covered, shrunk
from training.fit.fitness.covers import COVERS
from training.fit.fitness.ordinary import ORDINARY

DRAWN_AT = 96  # px


def rows(inputs: Inputs) -> Iterator[Row]:
    behind = inputs.faces.images[inputs.letters == COVERED]
    if len(behind):
        yield of_covered(inputs, "real hands and things", "PublicTest faces, covered by eye", behind)
    for what, frames in inputs.hands.items():
        yield of_nobody(inputs, "covered", what, "video frames", frames)
    for cover in dict.fromkeys(COVERS):
        name = cover.__name__.replace("_", " ")
        yield replace(of_crops(inputs, "covered", name, drawn(inputs.faces.images, cover)), right=None)
    for cover in dict.fromkeys(ORDINARY):
        name = f"nothing hidden: {cover.__name__.replace('_', ' ')}"
        yield of_crops(inputs, "covered", name, drawn(inputs.faces.images, cover))


def drawn(faces: np.ndarray, cover: Cover) -> np.ndarray:
    """Faces (N, 48, 48) uint8 with the cover drawn where FER2013's framing has eyes and mouth."""
    random = np.random.default_rng(SEED)
    canvases = (Canvas(enlarged(face, DRAWN_AT), FRAMING, (), (), random) for face in faces)
    return np.stack([shrunk(_at_last(cover, canvas)) for canvas in canvases])


def _at_last(cover: Cover, canvas: Canvas) -> np.ndarray:
    """The face with the cover, drawn again until it hides the mouth or an eye."""
    made, hidden = cover(canvas)
    while cover in COVERS and not is_covered(hidden):
        made, hidden = cover(canvas)
    return made
