"""Ordinary things drawn on a face, which leave eyes and mouth free.

Each function takes a ``Canvas`` and returns the picture and where it is hidden, (S, S) 0..1.
"""

import cv2
import numpy as np

from training.fit.fitness.canvas import Canvas, Cover, laid, stuff_for
from training.fit.fitness.hands import fist_below, hand_at


def glasses(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """Glasses, through which the eyes are seen."""
    random, rims = canvas.random, canvas.blank()
    wide, high, thick = random.uniform(6, 9), random.uniform(4, 8), random.uniform(0.6, 2)
    for eye in canvas.landmarks[:2] + np.array([0, random.uniform(-0.5, 1.5)]):
        outer = canvas.ellipse(eye, (wide, high))
        rims |= cv2.subtract(outer, canvas.ellipse(eye, (wide - thick, high - thick)))
    rims |= canvas.line([canvas.place(-0.15, 0), canvas.place(0.15, 0)], thick)
    stuff = np.full(
        canvas.face.shape, random.uniform(0, 110) if random.random() < 0.8 else random.uniform(0, 255)
    )
    made, hidden = laid(canvas, rims, stuff)
    # A reflection.
    if random.random() < 0.3:
        eye = canvas.landmarks[random.integers(2)] + random.normal(0, 2, 2)
        slant = np.array([2, -2])
        shine = canvas.line([eye - slant, eye + slant], random.uniform(0.6, 1.6)) / 255
        made = np.clip(made + shine * random.uniform(40, 130), 0, 255).astype(np.uint8)
    return made, hidden


def beard(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A beard, moustache or stubble around a mouth that stays free."""
    random, shape = canvas.random, canvas.blank()
    if random.random() < 0.7:
        outer = [
            (-1.0, 0.6),
            (-0.85, 1.3),
            (-0.4, 1.8),
            (0, 1.9),
            (0.4, 1.8),
            (0.85, 1.3),
            (1.0, 0.6),
            (0.55, 0.85),
            (0, 0.72),
            (-0.55, 0.85),
        ]
        shape |= canvas.polygon([canvas.place(*(np.array(p) * random.uniform(0.93, 1.07))) for p in outer])
    if random.random() < 0.7:
        shape |= canvas.line(
            [canvas.place(-0.35, 0.9), canvas.place(0, 0.74), canvas.place(0.35, 0.9)],
            random.uniform(1.5, 3.5),
        )
    lips = canvas.ellipse(canvas.mouth + np.array([0, 0.5]), (random.uniform(8, 10), random.uniform(3, 4.5)))
    shape = cv2.subtract(shape, lips)
    hair = random.uniform(10, 90) if random.random() < 0.75 else random.uniform(120, 220)
    stuff = np.clip(hair + random.normal(0, random.uniform(8, 30), canvas.face.shape), 0, 255)
    shape = (shape * random.uniform(0.3, 0.95)).astype(np.uint8)
    return laid(canvas, shape, stuff)


def headscarf(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """Cloth or hair all around, fringe and hats above the brows; the face itself is free."""
    random = canvas.random
    middle = canvas.place(0, random.uniform(0.45, 0.6))
    free = canvas.ellipse(middle, (random.uniform(16, 21), random.uniform(22, 27)))
    shape = cv2.bitwise_not(free)
    if random.random() < 0.5:
        across = np.linspace(-1.6, 1.6, 9)
        line = random.uniform(-0.75, -0.42) + random.normal(0, 0.05, 9)
        points = [canvas.place(a, d) for a, d in zip(across, line, strict=True)]
        fringe = canvas.polygon([*points, canvas.place(1.6, -4), canvas.place(-1.6, -4)])
        shape = fringe if random.random() < 0.6 else shape | fringe
    return laid(canvas, shape, stuff_for(canvas))


def at_the_edge(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """A hand at the cheek or chin, a microphone or cup below, hair at one side: eyes and mouth stay free."""
    random = canvas.random
    kind = random.random()
    # At the chin.
    if kind < 0.25:
        return fist_below(
            canvas, canvas.place(random.normal(0, 0.3), random.uniform(1.5, 1.75)), random.uniform(0.7, 1.1)
        )
    if kind < 0.6:
        side = random.choice([-1, 1])
        return hand_at(canvas, canvas.place(side * random.uniform(1.15, 1.5), random.uniform(0.3, 1.8)), 0.6)
    middle = canvas.place(random.uniform(-0.8, 0.8), random.uniform(1.95, 2.3))
    return laid(
        canvas, canvas.ellipse(middle, (random.uniform(5, 12), random.uniform(4, 9))), stuff_for(canvas)
    )


ORDINARY: tuple[Cover, ...] = (glasses, glasses, beard, beard, headscarf, headscarf, at_the_edge)
