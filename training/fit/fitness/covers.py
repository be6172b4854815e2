"""What people hold, wear and put before their faces, behind which nothing may be read.

Each takes a ``Sitter`` and returns the picture and where it is hidden, (S, S) 0..1.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from training.fit.fitness.hands import fingers_from_below, fist_below, hand_at
from training.fit.fitness.sitter import SIDE, Cover, Sitter, laid, laid_softly, skin_of, stuff_for

Laying = Callable[[Sitter, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def mask(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """Surgical, cloth, a respirator; over the nose or, now and then, below it."""
    random = sitter.random
    top, wide = random.uniform(0.25, 0.6), random.uniform(0.75, 1.15)
    if random.random() < 0.12:
        top = random.uniform(0.65, 0.75)
    low, jaw = random.uniform(1.45, 2.0), random.uniform(0.3, 0.8)
    bridge = random.uniform(-0.25, 0.1)
    outline = [(-wide, top + random.uniform(-0.1, 0.3)), (-0.3, top), (0, top + bridge), (0.3, top)]
    outline += [
        (wide, top + random.uniform(-0.1, 0.3)),
        (wide * 0.95, 1.1),
        (jaw, low),
        (0, low + random.uniform(0, 0.2)),
    ]
    outline += [(-jaw, low), (-wide * 0.95, 1.1)]
    shape = sitter.polygon([sitter.place(*point) for point in outline])
    made, hidden = laid(
        sitter, shape, stuff_for(sitter, tone=None if random.random() < 0.6 else random.uniform(150, 250))
    )
    return _folds(sitter, made, hidden, top, low), hidden


def _folds(sitter: Sitter, made: np.ndarray, hidden: np.ndarray, top: float, low: float) -> np.ndarray:
    """Pleats, a seam, straps."""
    random = sitter.random
    marks = sitter.blank()
    if random.random() < 0.5:
        for down in np.linspace(top + 0.25, low - 0.3, random.integers(2, 5)):
            marks |= sitter.line(
                [sitter.place(-0.7, down - 0.05), sitter.place(0, down), sitter.place(0.7, down - 0.05)], 0.5
            )
    if random.random() < 0.3:
        marks |= sitter.line([sitter.place(0, top), sitter.place(0, low)], 0.6)
    dark = marks / 255 * hidden * random.uniform(-60, 40)
    if random.random() < 0.4:
        straps = [[sitter.place(s * 0.8, top + 0.1), sitter.place(s * 1.4, top - 0.3)] for s in (-1, 1)]
        dark = dark + sum(sitter.line(strap, 0.7) / 255 for strap in straps) * random.uniform(-120, 120)
    return np.clip(made + dark, 0, 255).astype(np.uint8)


def scarf(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """Or a collar, a blanket, a sheet of paper, a table's edge: all below a line over the mouth."""
    random = sitter.random
    across, slant = np.linspace(-1.6, 1.6, 9), random.normal(0, 0.12)
    top = random.uniform(0.3, 0.75) + slant * across + random.normal(0, 0.06, 9) * (random.random() < 0.7)
    points = [sitter.place(a, d) for a, d in zip(across, top, strict=True)]
    points += [sitter.place(1.8, 3.5), sitter.place(-1.8, 3.5)]
    return _lay(sitter)(sitter, sitter.polygon(points), stuff_for(sitter))


def cup(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """A cup, a glass, a bottle, a phone, a book before the mouth."""
    random = sitter.random
    x, top = random.normal(0, 0.12), random.uniform(0.35, 0.78)
    wide, low, narrow = random.uniform(0.4, 1.1), random.uniform(1.5, 2.6), random.uniform(0.6, 1.05)
    corners = [(x - wide, top), (x + wide, top), (x + wide * narrow, low), (x - wide * narrow, low)]
    shape = sitter.polygon(_tilted(sitter, corners, random.normal(0, 0.15)))
    if random.random() < 0.5:
        shape |= sitter.ellipse(sitter.place(x, top), (wide * 18, random.uniform(1, 4)))
    if random.random() < 0.4:
        side = random.choice([-1, 1]) * wide
        shape |= sitter.line(
            [
                sitter.place(x + side, top + 0.2),
                sitter.place(x + 1.4 * side, top + 0.5),
                sitter.place(x + side, top + 0.9),
            ],
            2.5,
        )
    return _lay(sitter)(sitter, shape, stuff_for(sitter))


def _tilted(sitter: Sitter, points: Sequence[tuple[float, float]], radians: float) -> list[np.ndarray]:
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    return [sitter.mouth + turn @ (sitter.place(*point) - sitter.mouth) for point in points]


def microphone(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """A ball of wire or foam on a handle, held from below or from one side."""
    random = sitter.random
    x, y = random.normal(0, 0.15), random.uniform(0.9, 1.2)
    size = random.uniform(6, 14)
    shape = sitter.ellipse(
        sitter.place(x, y), (size, size * random.uniform(0.8, 1.4)), random.uniform(-40, 40)
    )
    end = sitter.place(x + random.uniform(-0.9, 0.9), 3)
    shape |= sitter.line([sitter.place(x, y), end], random.uniform(3, 9))
    stuff = stuff_for(sitter, tone=random.uniform(5, 110) if random.random() < 0.7 else None)
    shine = sitter.ellipse(sitter.place(x, y) - size * random.uniform(0, 0.5, 2), (size * 0.4, size * 0.4))
    soft = cv2.GaussianBlur(shine, (0, 0), sitter.side / 24) / 255
    return _lay(sitter)(sitter, shape, np.clip(stuff + soft * random.uniform(0, 90), 0, 255))


def _lay(sitter: Sitter) -> Laying:
    return laid_softly if sitter.random.random() < 0.5 else laid


def hand(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """Before the mouth, its palm, its fingers, or a fist."""
    random, kind = sitter.random, sitter.random.random()
    if kind < 0.25:  # at the lower lip
        return fist_below(
            sitter, sitter.place(random.normal(0, 0.2), random.uniform(0.8, 1.1)), random.uniform(0.7, 1.2)
        )
    if kind < 0.55:  # over a corner of the mouth, or its middle
        tip = sitter.place(random.uniform(-0.5, 0.5), random.uniform(0.3, 0.95))
        return fingers_from_below(sitter, tip, random.uniform(0.75, 1.25))
    return hand_at(
        sitter, sitter.place(random.normal(0, 0.2), random.uniform(0.85, 1.4)), random.uniform(0.7, 1.1)
    )


def hands_on_eyes(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    random = sitter.random
    if random.random() < 0.3:
        return hand_at(sitter, sitter.place(random.normal(0, 0.1), random.normal(0, 0.1)), 1.25)
    made, first = hand_at(sitter, sitter.place(-0.5, random.normal(0, 0.12)), 0.75)
    other = Sitter(made, sitter.landmarks, sitter.stuffs, sitter.hands, random)
    made, second = hand_at(other, sitter.place(0.5, random.normal(0, 0.12)), 0.75)
    return made, np.maximum(first, second)


def shades(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """Dark glasses of many shapes, mirrored, tinted, and lighter towards the cheeks."""
    random, shape = sitter.random, sitter.blank()
    wide, high = random.uniform(5.5, 9.5), random.uniform(4, 9)
    square, lower = random.random() < 0.45, random.uniform(-0.5, 2)
    for eye in sitter.landmarks[:2] + np.array([0, lower]):
        shape |= (
            _lens(sitter, eye, wide, high)
            if square
            else sitter.ellipse(eye, (wide, high), random.uniform(-8, 8))
        )
    bridge = [sitter.place(-0.2, random.uniform(-0.25, 0.1)), sitter.place(0.2, random.uniform(-0.25, 0.1))]
    shape |= sitter.line(bridge, random.uniform(1, 3))
    if random.random() < 0.6:
        shape |= sitter.line([sitter.place(-1.3, -0.15), sitter.landmarks[0]], 1.5)
        shape |= sitter.line([sitter.place(1.3, -0.15), sitter.landmarks[1]], 1.5)
    dark = stuff_for(sitter, tone=random.uniform(0, 70) if random.random() < 0.8 else None)
    made, hidden = _lay(sitter)(sitter, shape, _lightened_below(sitter, dark))
    seen_through = random.uniform(0, 0.2) * (random.random() < 0.4)
    made = made * (1 - seen_through) + sitter.face * seen_through
    return np.clip(made, 0, 255).astype(np.uint8), hidden


def _lightened_below(sitter: Sitter, glass: np.ndarray) -> np.ndarray:
    eyes = sitter.eyes[1] * sitter.side / SIDE
    below = np.clip((np.arange(sitter.side) - eyes) / (sitter.side / 6) + 0.5, 0, 1)
    return np.clip(glass + below[:, None] * sitter.random.uniform(-10, 70), 0, 255)


def _lens(sitter: Sitter, eye: np.ndarray, wide: float, high: float) -> np.ndarray:
    random = sitter.random
    corners = [
        (-wide, -high),
        (wide, -high),
        (wide * random.uniform(0.7, 1), high),
        (-wide * random.uniform(0.7, 1), high),
    ]
    return sitter.polygon([eye + np.array(corner) for corner in corners])


def brim(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """A cap, a hat, hair, a blindfold, goggles: all above a line below the eyes, or a band over them."""
    random = sitter.random
    across, low = np.linspace(-1.6, 1.6, 9), random.uniform(0.28, 0.5)
    bent = low + random.uniform(-0.15, 0.1) * across**2 + random.normal(0, 0.04, 9)
    points = [sitter.place(a, d) for a, d in zip(across, bent, strict=True)]
    top = -3 if random.random() < 0.65 else random.uniform(-0.7, -0.35)
    points += [sitter.place(1.6, top), sitter.place(-1.6, top)]
    return laid(
        sitter,
        sitter.polygon(points),
        stuff_for(sitter, tone=None if random.random() < 0.5 else random.uniform(5, 90)),
    )


def thing(sitter: Sitter) -> tuple[np.ndarray, np.ndarray]:
    """Anything of any outline before mouth or eyes, angular or round."""
    random = sitter.random
    middle = sitter.place(random.normal(0, 0.25), random.choice([0, 1.0]) + random.normal(0, 0.15))
    angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(4, 12)))
    reach = random.uniform(9, 24) * random.uniform(0.7, 1.2, len(angles))
    points = [middle + r * np.array([1.2 * np.cos(a), np.sin(a)]) for a, r in zip(angles, reach, strict=True)]
    shape = sitter.polygon(points)
    if random.random() < 0.5:
        soft = cv2.GaussianBlur(shape, (0, 0), random.uniform(1.5, 4) * sitter.side / SIDE)
        shape = np.where(soft > 110, 255, 0).astype(np.uint8)
    tone = None if random.random() < 0.7 else skin_of(sitter) * random.uniform(0.8, 1.2)
    return _lay(sitter)(sitter, shape, stuff_for(sitter, tone=tone))


COVERS: tuple[Cover, ...] = (
    mask,
    mask,
    scarf,
    cup,
    microphone,
    hand,
    hand,
    hand,
    hand,
    hands_on_eyes,
    shades,
    shades,
    brim,
    thing,
    thing,
)
