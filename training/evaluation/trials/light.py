"""Light that is clipped, bent or veiled, as by a wrong exposure, a lamp, a window or a smeared lens."""

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from training.data.video import decoded, jpeg
from training.evaluation.robustness import SEED
from training.evaluation.trials.rows import Inputs, Row, of_crops, of_frames

KIND = "light"
# Changes one picture (H, W) uint8 and keeps its shape.
Change = Callable[[np.ndarray], np.ndarray]


def bent(curve: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Each grey level 0..255 by a curve, clipped as a camera does."""
    levels = np.clip(np.rint(curve(np.arange(256.0))), 0, 255).astype(np.uint8)
    return lambda picture: cv2.LUT(picture, levels)


def times(light: float) -> Change:
    return bent(lambda grey: light * grey)


def clipped_then_darker(light: float) -> Change:
    """Light that the camera clipped and a program then darkened."""
    return bent(lambda grey: 0.7 * np.clip(light * grey, 0, 255))


def power(gamma: float) -> Change:
    return bent(lambda grey: 255 * (grey / 255) ** gamma)


def veiled(share: float, light: float = 1) -> Change:
    return bent(lambda grey: 255 * share + (1 - share) * np.clip(light * grey, 0, 255))


def without_blacks(below: int) -> Change:
    return bent(lambda grey: (grey - below) * 255 / (255 - below))


def lit_from_one_side(light: float, sides: Sequence[int]) -> Change:
    """Light multiplied on the left (-1) or right (1) half, drawn at random from ``sides``.

    It rises across a sixth of the picture.
    """
    random = np.random.default_rng(SEED)

    def change(picture: np.ndarray) -> np.ndarray:
        across = np.linspace(-0.5, 0.5, picture.shape[1]) * random.choice(sides)
        lit = picture * (1 + (light - 1) / (1 + np.exp(-across * 12)))
        return np.clip(np.rint(lit), 0, 255).astype(np.uint8)

    return change


def through_jpeg(change: Change) -> Change:
    return lambda picture: decoded(np.frombuffer(jpeg(change(picture)), np.uint8))


CASES: dict[str, Change] = (
    {f"{light} times the light": times(light) for light in (1.25, 1.5, 2, 2.5, 3, 4, 5, 7, 10)}
    | {f"{light} times, then JPEG 75": through_jpeg(times(light)) for light in (2, 3, 5, 8)}
    | {f"{light} times, clipped, then 0.7 of it": clipped_then_darker(light) for light in (2, 3, 5, 8)}
    | {f"gamma {gamma}": power(gamma) for gamma in (0.7, 0.5, 0.35, 0.2)}
    | {f"{share:.0%} haze, then JPEG 75": through_jpeg(veiled(share)) for share in (0.5, 0.7, 0.85, 0.92)}
    | {f"2.5 times, then {share:.0%} haze": veiled(share, 2.5) for share in (0.3, 0.7)}
    | {f"black below {grey}": without_blacks(grey) for grey in (40, 80, 110, 140)}
)

FROM_ONE_SIDE = (2, 3, 5, 8)
OF_CROPS = {f"{light} times on one half": lit_from_one_side(light, (-1, 1)) for light in FROM_ONE_SIDE}
# The face of the test video stands in the right half of its frames.
OF_FRAMES = {
    f"{light} times on the half {where}": lit_from_one_side(light, (side,))
    for light in FROM_ONE_SIDE
    for side, where in ((-1, "beside the face"), (1, "with the face"))
}


def rows(inputs: Inputs) -> Iterator[Row]:
    for case, change in (CASES | OF_CROPS).items():
        yield of_crops(inputs, KIND, case, np.stack([change(face) for face in inputs.faces.images]))
    for case, change in (CASES | OF_FRAMES).items() if len(inputs.frames) else ():
        yield of_frames(inputs, KIND, case, [change(frame) for frame in inputs.frames])
