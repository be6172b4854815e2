"""A head turned in its picture: the mesh of the face is turned in three dimensions, with the picture on it.

300W-LP was made like this (Zhu et al. 2016, arXiv 1511.07212). The eyelids are drawn down with it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.spatial import Delaunay

from training.fit.lowered.mesh import CHEEKS, CHIN, FOREHEAD

# For each eye: points of the upper lid, of the lower lid below them, and of the crease above them.
LIDS = (
    ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155), (247, 30, 29, 27, 28, 56, 190)),
    (
        (466, 388, 387, 386, 385, 384, 398),
        (249, 390, 373, 374, 380, 381, 382),
        (467, 260, 259, 257, 258, 286, 414),
    ),
)
# The share of a lid's way that its crease moves.
CREASE_FOLLOWS = 0.35
OUTLINE = (10, 297, 284, 389, 454, 361, 397, 379, 400, 152, 176, 150, 172, 132, 234, 162, 54, 67)
# Rings of hair, ears and neck, which turn with the face: their size in faces, and how many face widths they
# lie behind it.
RINGS = ((1.25, 0.1), (1.7, 0.3))
# From the middle of the face to the joint of the neck, in face widths.
PIVOT_BEHIND, PIVOT_BELOW = 0.35, 0.1
CAMERA_DISTANCE = 4.5  # face widths, as from a laptop


@dataclass(frozen=True)
class Turn:
    pitch: float
    """Degrees, negative down."""
    yaw: float
    """Degrees."""
    lids: float
    """The share of the eyes' opening that is closed, 0..1."""


def turned(picture: np.ndarray, points: np.ndarray, turn: Turn) -> np.ndarray:
    """The picture (H, W) uint8 with the head of the mesh (468, 3) turned."""
    width = float(np.linalg.norm(points[CHEEKS[1]] - points[CHEEKS[0]]))
    rings = _rings(points, width)
    rows, columns = picture.shape
    is_inside = (rings[:, :2] > 1) & (rings[:, :2] < np.array((columns, rows)) - 2)
    rings = rings[is_inside.all(axis=1)]
    before = np.vstack([points, rings])
    after = _projected(np.vstack([_with_lids(points, turn.lids), rings]), points, turn, width)
    border = _border(rows, columns)
    sources = np.vstack([before[:, :2], border[:, :2]])
    return _drawn(picture, sources, np.vstack([after, border]))


def _with_lids(points: np.ndarray, share: float) -> np.ndarray:
    moved = points.copy()
    for upper, lower, crease in LIDS:
        way = share * (points[list(lower)] - points[list(upper)])
        moved[list(upper)] += way
        moved[list(crease)] += CREASE_FOLLOWS * way
    return moved


def _rings(points: np.ndarray, width: float) -> np.ndarray:
    middle = (points[FOREHEAD] + points[CHIN]) / 2
    depth = points[list(CHEEKS), 2].mean()
    rings = []
    for size, behind in RINGS:
        ring = middle + size * (points[list(OUTLINE)] - middle)
        ring[:, 2] = depth + behind * width
        rings.append(ring)
    return np.vstack(rings)


def _projected(moved: np.ndarray, points: np.ndarray, turn: Turn, width: float) -> np.ndarray:
    pivot = (points[FOREHEAD] + points[CHIN]) / 2 + (0, PIVOT_BELOW * width, 0)
    pivot[2] = points[list(CHEEKS), 2].mean() + PIVOT_BEHIND * width
    across = (points[CHEEKS[1]] - points[CHEEKS[0]]) / width
    nod, _ = cv2.Rodrigues(across * np.radians(-turn.pitch))
    shake, _ = cv2.Rodrigues(np.array([0, np.radians(turn.yaw), 0]))
    after = (moved - pivot) @ (nod @ shake).T + pivot
    distance = CAMERA_DISTANCE * width
    nearer = (distance + moved[:, 2:] - pivot[2]) / (distance + after[:, 2:] - pivot[2])
    after[:, :2] = pivot[:2] + (after[:, :2] - pivot[:2]) * nearer
    return after


def _border(rows: int, columns: int) -> np.ndarray:
    """Points around the picture, behind everything, that are not moved."""
    across, down = np.linspace(0, columns - 1, 6), np.linspace(0, rows - 1, 6)
    x = np.concatenate([across, across, np.zeros(4), np.full(4, columns - 1)])
    y = np.concatenate([np.zeros(6), np.full(6, rows - 1), down[1:-1], down[1:-1]])
    return np.column_stack([x, y, np.full(len(x), 1e4)])


def _drawn(picture: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The picture drawn triangle by triangle, the farthest first."""
    triangles = Delaunay(sources).simplices
    shown = np.zeros(picture.shape, np.int32)
    corners = np.rint(targets[triangles][:, :, :2] * 16).astype(np.int32)
    for number in np.argsort(-targets[triangles][:, :, 2].mean(axis=1)):
        cv2.fillConvexPoly(shown, corners[number], int(number), shift=4)
    chosen = triangles[shown]  # (H, W, 3)
    a, b, c = (targets[chosen[..., n], :2] for n in range(3))
    y, x = np.indices(picture.shape)
    pixel = np.dstack([x, y]) - a
    whole = _cross(b - a, c - a)
    whole[np.abs(whole) < 1e-6] = 1e-6
    along_b = np.clip(_cross(pixel, c - a) / whole, -0.3, 1.3)[..., None]
    along_c = np.clip(_cross(b - a, pixel) / whole, -0.3, 1.3)[..., None]
    a, b, c = (sources[chosen[..., n]] for n in range(3))
    where = (a + along_b * (b - a) + along_c * (c - a)).astype(np.float32)
    return cv2.remap(picture, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _cross(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
