"""The attention map of a picture: where the network looked, as one grid over the face."""

from dataclasses import dataclass

import numpy as np

from .geometry import Similarity
from .observation import Observation

HIGHEST = 99


@dataclass(frozen=True)
class AttentionMap:
    """A grid over a face.

    grid: (h, w) integers 0..HIGHEST; the cell that counted most has HIGHEST.
    corners: (3, 2), the grid's top left, top right and bottom left, in shares of the picture's sides.
    """

    grid: np.ndarray
    corners: np.ndarray


def attention_map_of(seen: Observation) -> AttentionMap | None:
    """Sum the region maps by how much each counted. Return None where no expression was read."""
    maps, gates = seen.region_maps, seen.region_gates
    if seen.expression is None or maps is None or gates is None or len(maps) == 0:
        return None
    if seen.face is None or seen.picture is None:
        return None
    weighted = np.tensordot(gates, maps, axes=1)
    grid = np.rint(HIGHEST * weighted / weighted.max()).astype(int)
    # A crop of side 1 has its corners half a pixel around the middle of its only pixel.
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5]])
    in_frame = Similarity.to_crop(seen.face.landmarks, 1).inverse(unit)
    size = np.array(seen.picture.shape[::-1]) * seen.enlargement
    return AttentionMap(grid, (in_frame + 0.5) / size)
