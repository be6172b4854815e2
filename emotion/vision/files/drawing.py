"""Observations drawn into their pictures: a box and the expression, or why there is none."""

import colorsys

import cv2
import numpy as np

from emotion.vision.geometry import Similarity
from emotion.vision.observation import Observation
from emotion.vision.states import FaceState

WHY_NONE: dict[FaceState | None, str] = {
    FaceState.NONE: "no face",
    FaceState.SEVERAL: "several faces: nothing read",
    FaceState.UNSURE: "unsure",
    FaceState.TOO_DARK: "too dark to read",
    FaceState.TOO_BRIGHT: "too bright to read",
    FaceState.STILL: "the picture does not change",
    FaceState.TURNED: "the picture is turned",
    FaceState.LOOKING_DOWN: "looking down",
}
CLEAR, UNCLEAR = (80, 200, 80), (0, 170, 255)  # BGR
OVERLAY = 0.55  # opacity at a region map's strongest place: the face stays visible under it
FAINT = 0.3  # of a map's peak: with less, all maps would be one haze


def drawn(picture: np.ndarray, seen: Observation, *, with_regions: bool = False) -> np.ndarray:
    """A copy of the picture, (H, W, 3) BGR uint8, with what was seen in it."""
    picture = _with_regions(picture, seen) if with_regions else picture.copy()
    colour = CLEAR if seen.expression else UNCLEAR
    corner = (4, picture.shape[0] - 6)
    if seen.face is not None:
        x, y, width, height = (round(float(value)) for value in seen.face.box)
        cv2.rectangle(picture, (x, y), (x + width, y + height), colour, _line_width(picture))
        corner = (max(0, x), y - 6 if y > 24 else y + height + round(22 * _text_size(picture)))
    if seen.expression is None or seen.probabilities is None:
        caption = WHY_NONE[seen.state]
    else:
        caption = f"{seen.expression} {100 * seen.probabilities.max():.0f} %"
    _write(picture, caption, corner, colour)
    return picture


def _with_regions(picture: np.ndarray, seen: Observation) -> np.ndarray:
    """A copy of the picture with each region, in a colour of its own, laid from the crop onto the face."""
    if seen.region_maps is None or seen.crop is None or seen.face is None:
        return picture.copy()
    side = len(seen.crop)
    # The matrix leads from the frame to the crop; cv2 inverts it.
    to_crop = Similarity.to_crop(seen.face.landmarks, side).matrix
    for number, region in enumerate(seen.region_maps):
        crop = cv2.resize(region / region.max(), (side, side), interpolation=cv2.INTER_LINEAR)
        crop[crop < FAINT] = 0
        size = picture.shape[1::-1]
        strength = cv2.warpAffine(crop, to_crop, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        share = OVERLAY * strength[:, :, None]
        hue = colorsys.hsv_to_rgb(number / len(seen.region_maps), 1, 1)
        picture = picture * (1 - share) + share * np.array(hue) * 255
    return np.asarray(np.rint(picture), np.uint8)


def _text_size(picture: np.ndarray) -> float:
    return max(0.45, int(picture.shape[1]) / 900)


def _line_width(picture: np.ndarray) -> int:
    return max(1, round(int(picture.shape[1]) / 320))


def _write(picture: np.ndarray, text: str, corner: tuple[int, int], colour: tuple[int, int, int]) -> None:
    size, line = _text_size(picture), _line_width(picture)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, line)
    x = max(0, min(corner[0], picture.shape[1] - width))
    y = min(max(corner[1], height + 2), picture.shape[0] - 4)
    cv2.rectangle(picture, (x, y - height - 3), (x + width, y + 5), (0, 0, 0), -1)
    cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, colour, line, cv2.LINE_AA)
