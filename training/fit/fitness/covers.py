"""Things that people hold, wear or put before their faces, behind which nothing may be read.

Each function takes a ``Canvas`` and returns the picture and where it is hidden, (S, S) 0..1.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from training.fit.fitness.canvas import SIDE, Canvas, Cover, laid, laid_softly, skin_of, stuff_for
from training.fit.fitness.hands import fingers_from_below, fist_below, hand_at

Laying = Callable[[Canvas, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def mask(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A surgical mask, cloth, or a respirator, over the nose or sometimes below it."""
    random = canvas.random
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
    shape = canvas.polygon([canvas.place(*point) for point in outline])
    made, hidden = laid(
        canvas, shape, stuff_for(canvas, tone=None if random.random() < 0.6 else random.uniform(150, 250))
    )
    return _folds(canvas, made, hidden, top, low), hidden


def _folds(canvas: Canvas, made: np.ndarray, hidden: np.ndarray, top: float, low: float) -> np.ndarray:
    """The mask with pleats, a seam and straps."""
    random = canvas.random
    marks = canvas.blank()
    if random.random() < 0.5:
        for down in np.linspace(top + 0.25, low - 0.3, random.integers(2, 5)):
            marks |= canvas.line(
                [canvas.place(-0.7, down - 0.05), canvas.place(0, down), canvas.place(0.7, down - 0.05)], 0.5
            )
    if random.random() < 0.3:
        marks |= canvas.line([canvas.place(0, top), canvas.place(0, low)], 0.6)
    dark = marks / 255 * hidden * random.uniform(-60, 40)
    if random.random() < 0.4:
        straps = [[canvas.place(s * 0.8, top + 0.1), canvas.place(s * 1.4, top - 0.3)] for s in (-1, 1)]
        dark = dark + sum(canvas.line(strap, 0.7) / 255 for strap in straps) * random.uniform(-120, 120)
    return np.clip(made + dark, 0, 255).astype(np.uint8)


def scarf(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A scarf, collar, blanket, sheet of paper or table edge: all below a line over the mouth."""
    random = canvas.random
    across, slant = np.linspace(-1.6, 1.6, 9), random.normal(0, 0.12)
    top = random.uniform(0.3, 0.75) + slant * across + random.normal(0, 0.06, 9) * (random.random() < 0.7)
    points = [canvas.place(a, d) for a, d in zip(across, top, strict=True)]
    points += [canvas.place(1.8, 3.5), canvas.place(-1.8, 3.5)]
    return _lay(canvas)(canvas, canvas.polygon(points), stuff_for(canvas))


def cup(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A cup, a glass, a bottle, a phone, a book before the mouth."""
    random = canvas.random
    x, top = random.normal(0, 0.12), random.uniform(0.35, 0.78)
    wide, low, narrow = random.uniform(0.4, 1.1), random.uniform(1.5, 2.6), random.uniform(0.6, 1.05)
    corners = [(x - wide, top), (x + wide, top), (x + wide * narrow, low), (x - wide * narrow, low)]
    shape = canvas.polygon(_tilted(canvas, corners, random.normal(0, 0.15)))
    if random.random() < 0.5:
        shape |= canvas.ellipse(canvas.place(x, top), (wide * 18, random.uniform(1, 4)))
    if random.random() < 0.4:
        side = random.choice([-1, 1]) * wide
        shape |= canvas.line(
            [
                canvas.place(x + side, top + 0.2),
                canvas.place(x + 1.4 * side, top + 0.5),
                canvas.place(x + side, top + 0.9),
            ],
            2.5,
        )
    return _lay(canvas)(canvas, shape, stuff_for(canvas))


def _tilted(canvas: Canvas, points: Sequence[tuple[float, float]], radians: float) -> list[np.ndarray]:
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    return [canvas.mouth + turn @ (canvas.place(*point) - canvas.mouth) for point in points]


def microphone(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A ball of wire or foam on a handle, held from below or from one side."""
    random = canvas.random
    x, y = random.normal(0, 0.15), random.uniform(0.9, 1.2)
    size = random.uniform(6, 14)
    shape = canvas.ellipse(
        canvas.place(x, y), (size, size * random.uniform(0.8, 1.4)), random.uniform(-40, 40)
    )
    end = canvas.place(x + random.uniform(-0.9, 0.9), 3)
    shape |= canvas.line([canvas.place(x, y), end], random.uniform(3, 9))
    stuff = stuff_for(canvas, tone=random.uniform(5, 110) if random.random() < 0.7 else None)
    shine = canvas.ellipse(canvas.place(x, y) - size * random.uniform(0, 0.5, 2), (size * 0.4, size * 0.4))
    soft = cv2.GaussianBlur(shine, (0, 0), canvas.side / 24) / 255
    return _lay(canvas)(canvas, shape, np.clip(stuff + soft * random.uniform(0, 90), 0, 255))


def _lay(canvas: Canvas) -> Laying:
    return laid_softly if canvas.random.random() < 0.5 else laid


def hand(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A hand before the mouth: the palm, fingers, or a fist."""
    random, kind = canvas.random, canvas.random.random()
    # At the lower lip.
    if kind < 0.25:
        return fist_below(
            canvas, canvas.place(random.normal(0, 0.2), random.uniform(0.8, 1.1)), random.uniform(0.7, 1.2)
        )
    # Over a corner of the mouth, or its middle.
    if kind < 0.55:
        tip = canvas.place(random.uniform(-0.5, 0.5), random.uniform(0.3, 0.95))
        return fingers_from_below(canvas, tip, random.uniform(0.75, 1.25))
    return hand_at(
        canvas, canvas.place(random.normal(0, 0.2), random.uniform(0.85, 1.4)), random.uniform(0.7, 1.1)
    )


def hands_on_eyes(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    random = canvas.random
    if random.random() < 0.3:
        return hand_at(canvas, canvas.place(random.normal(0, 0.1), random.normal(0, 0.1)), 1.25)
    made, first = hand_at(canvas, canvas.place(-0.5, random.normal(0, 0.12)), 0.75)
    other = Canvas(made, canvas.landmarks, canvas.stuffs, canvas.hands, random)
    made, second = hand_at(other, canvas.place(0.5, random.normal(0, 0.12)), 0.75)
    return made, np.maximum(first, second)


def shades(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """Dark glasses of many shapes, mirrored, tinted, and lighter towards the cheeks."""
    random, shape = canvas.random, canvas.blank()
    wide, high = random.uniform(5.5, 9.5), random.uniform(4, 9)
    square, lower = random.random() < 0.45, random.uniform(-0.5, 2)
    for eye in canvas.landmarks[:2] + np.array([0, lower]):
        shape |= (
            _lens(canvas, eye, wide, high)
            if square
            else canvas.ellipse(eye, (wide, high), random.uniform(-8, 8))
        )
    bridge = [canvas.place(-0.2, random.uniform(-0.25, 0.1)), canvas.place(0.2, random.uniform(-0.25, 0.1))]
    shape |= canvas.line(bridge, random.uniform(1, 3))
    if random.random() < 0.6:
        shape |= canvas.line([canvas.place(-1.3, -0.15), canvas.landmarks[0]], 1.5)
        shape |= canvas.line([canvas.place(1.3, -0.15), canvas.landmarks[1]], 1.5)
    dark = stuff_for(canvas, tone=random.uniform(0, 70) if random.random() < 0.8 else None)
    made, hidden = _lay(canvas)(canvas, shape, _lightened_below(canvas, dark))
    seen_through = random.uniform(0, 0.2) * (random.random() < 0.4)
    made = made * (1 - seen_through) + canvas.face * seen_through
    return np.clip(made, 0, 255).astype(np.uint8), hidden


def _lightened_below(canvas: Canvas, glass: np.ndarray) -> np.ndarray:
    eyes = canvas.eyes[1] * canvas.side / SIDE
    below = np.clip((np.arange(canvas.side) - eyes) / (canvas.side / 6) + 0.5, 0, 1)
    return np.clip(glass + below[:, None] * canvas.random.uniform(-10, 70), 0, 255)


def _lens(canvas: Canvas, eye: np.ndarray, wide: float, high: float) -> np.ndarray:
    random = canvas.random
    corners = [
        (-wide, -high),
        (wide, -high),
        (wide * random.uniform(0.7, 1), high),
        (-wide * random.uniform(0.7, 1), high),
    ]
    return canvas.polygon([eye + np.array(corner) for corner in corners])


def brim(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A cap, hat, hair, blindfold or goggles: all above a line below the eyes, or a band over them."""
    random = canvas.random
    across, low = np.linspace(-1.6, 1.6, 9), random.uniform(0.28, 0.5)
    bent = low + random.uniform(-0.15, 0.1) * across**2 + random.normal(0, 0.04, 9)
    points = [canvas.place(a, d) for a, d in zip(across, bent, strict=True)]
    top = -3 if random.random() < 0.65 else random.uniform(-0.7, -0.35)
    points += [canvas.place(1.6, top), canvas.place(-1.6, top)]
    return laid(
        canvas,
        canvas.polygon(points),
        stuff_for(canvas, tone=None if random.random() < 0.5 else random.uniform(5, 90)),
    )


def thing(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """Anything of any outline before mouth or eyes, angular or round."""
    random = canvas.random
    middle = canvas.place(random.normal(0, 0.25), random.choice([0, 1.0]) + random.normal(0, 0.15))
    angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(4, 12)))
    reach = random.uniform(9, 24) * random.uniform(0.7, 1.2, len(angles))
    points = [middle + r * np.array([1.2 * np.cos(a), np.sin(a)]) for a, r in zip(angles, reach, strict=True)]
    shape = canvas.polygon(points)
    if random.random() < 0.5:
        soft = cv2.GaussianBlur(shape, (0, 0), random.uniform(1.5, 4) * canvas.side / SIDE)
        shape = np.where(soft > 110, 255, 0).astype(np.uint8)
    tone = None if random.random() < 0.7 else skin_of(canvas) * random.uniform(0.8, 1.2)
    return _lay(canvas)(canvas, shape, stuff_for(canvas, tone=tone))


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
