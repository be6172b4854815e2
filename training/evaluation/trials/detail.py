"""Kinds of lost detail, from a little to a lot, on crops and on whole frames."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.random import Generator

from training.data.video import decoded
from training.evaluation.robustness import SEED
from training.evaluation.trials.rows import Inputs, Row, of_crops, of_frames
from training.fit.fitness import harms
from training.fit.fitness.harms import HARMS, Harm

KIND = "lost detail"
Change = Callable[[np.ndarray, Generator], np.ndarray]
# Hardly any face is read after stronger harm.
STRENGTHS = (0.15, 0.4)


def moved(pixels: int, degrees: float = 0) -> Change:
    """Motion blur along a straight line, in pixels and degrees."""

    def move(face: np.ndarray, _: Generator) -> np.ndarray:
        line = np.zeros((pixels, pixels), np.float32)
        line[pixels // 2] = 1
        rotation = cv2.getRotationMatrix2D((pixels / 2 - 0.5, pixels / 2 - 0.5), degrees, 1)
        kernel = cv2.warpAffine(line, rotation, (pixels, pixels))
        return cv2.filter2D(face, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)

    return move


def soft(sigma: float) -> Change:
    return lambda face, _: cv2.GaussianBlur(face, (0, 0), sigma)


def grainy(sigma: float) -> Change:
    return lambda face, random: harms.grey(face + random.normal(0, sigma, face.shape))


def written(quality: int) -> Change:
    def write(face: np.ndarray, _: Generator) -> np.ndarray:
        return decoded(cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])

    return write


def dimmed(share: float) -> Change:
    return lambda face, _: harms.grey(share * face)


def blocks(side: int) -> Change:
    def block(face: np.ndarray, _: Generator) -> np.ndarray:
        small = cv2.resize(face, None, fx=1 / side, fy=1 / side, interpolation=cv2.INTER_AREA)
        return cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_NEAREST)

    return block


def combed(pixels: int) -> Change:
    """Moves every other line sideways by so many pixels, as interlacing does."""

    def comb(face: np.ndarray, _: Generator) -> np.ndarray:
        made = face.copy()
        made[1::2] = np.roll(face, pixels, axis=1)[1::2]
        return made

    return comb


def after(*changes: Change) -> Change:
    def change(face: np.ndarray, random: Generator) -> np.ndarray:
        for one in changes:
            face = one(face, random)
        return face

    return change


CASES: dict[str, Change] = {
    "Gaussian 2 px, grain 8": after(soft(2), grainy(8)),
    "Gaussian 2 px, JPEG 15": after(soft(2), written(15)),
    "moved 5 px": moved(5),
    "moved 9 px": moved(9),
    "moved 9 px, upright": moved(9, 90),
    "moved 13 px, slanting": moved(13, 45),
    "a third of the light, grain 20": after(dimmed(1 / 3), grainy(20)),
    "mosaic 4 x 4": blocks(4),
    "mosaic 8 x 8": blocks(8),
    "interlaced by 2 px": combed(2),
    "interlaced by 4 px": combed(4),
}


def rows(inputs: Inputs) -> Iterator[Row]:
    for case, change in (CASES | _of_strengths()).items():
        random = np.random.default_rng(SEED)
        yield of_crops(inputs, KIND, case, np.stack([change(face, random) for face in inputs.faces.images]))
    for case, change in CASES.items() if len(inputs.frames) else ():
        random = np.random.default_rng(SEED)
        yield of_frames(inputs, KIND, case, [change(frame, random) for frame in inputs.frames])


def _of_strengths() -> dict[str, Change]:
    return {
        f"{name.replace('_', ' ')}, strength {strength}": _at(harm, strength)
        for name, harm in HARMS.items()
        for strength in STRENGTHS
    }


def _at(harm: Harm, strength: float) -> Change:
    return lambda face, random: harm(face, random, strength)
