"""Whether there is light to read a face by: neither too little, nor so much that grey levels are clipped."""

import numpy as np

from .states import FaceState

# Brightness of a face. A tenth of full light leaves 26 of 255; 99.9 % of FER2013's faces have 71.
DARK = 40 / 255
BRIGHTEST = 95  # percentile taken as a face's light: reflections and noisy pixels lie above it
# A camera clips what is too bright or too dark for it: many pixels then share their lightest or darkest grey
# level, wherever a later step has moved that level to. JPEG ripples them, so neighbouring levels, SHARED of
# the range, count as one; the OUTLIERS among the pixels, glints and JPEG's overshoot, are passed over. Where
# more than CLIPPED of the face is clipped, under 85 % of the answers are right at some strengths of light
# (python -m training robustness). Of PublicTest's own faces one in 400 is.
CLIPPED = 0.4
SHARED = 0.03
OUTLIERS = 0.01
# Grey levels between the darkest and the lightest: below it JPEG leaves too little of a face behind haze or a
# smeared lens. PublicTest's faces have 48 and more.
LEAST_RANGE = 20


def brightness(grey: np.ndarray, percentile: int) -> float:
    """The grey level, 0..1, that so many percent of the pixels of a uint8 picture do not exceed."""
    place = grey.size * percentile // 100
    return float(np.partition(grey, place, axis=None)[place]) / 255


def inner(crop: np.ndarray) -> np.ndarray:
    """The part of an aligned face from brows to chin, between the temples; nothing of it is background."""
    size = len(crop)
    return crop[size // 4 : size * 7 // 8, size // 4 : size * 3 // 4]


def state_of_light(crop: np.ndarray) -> FaceState:
    """SEEN where there is light to read this (S, S) uint8 face by, or what is wrong with it."""
    levels = np.sort(inner(crop), axis=None)
    if levels[levels.size * BRIGHTEST // 100] < DARK * 255:
        return FaceState.TOO_DARK
    margin = int(levels.size * OUTLIERS)
    low, high = float(levels[margin]), float(levels[-1 - margin])
    if high - low < LEAST_RANGE:
        return FaceState.TOO_BRIGHT if low > 255 * (1 - DARK) else FaceState.UNSURE
    white, black = _clipped(levels, low, high)
    if white + black <= CLIPPED:
        return FaceState.SEEN
    return FaceState.TOO_BRIGHT if white > black else FaceState.TOO_DARK


def _clipped(levels: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """The shares of the sorted levels that run together at the light and at the dark end."""
    shared = max(1.0, SHARED * (high - low))
    white = levels.size - np.searchsorted(levels, high - shared)
    black = np.searchsorted(levels, low + shared, side="right")
    return white / levels.size, black / levels.size
