"""Whether the region maps are real: how far they overlap, where they lie, and what their occlusion costs.

The region with the largest gate, that is the cells which hold half of its map, is occluded with the face's
mean grey; the same shape is occluded at random places of the same face for comparison. Both are chosen
without looking at the answer (occlusion sensitivity, Zeiler and Fergus 2014, arXiv 1311.2901).
"""

import cv2
import numpy as np

from emotion.vision.recogniser import Recogniser, Recognition
from training.evaluation.metrics import Interval
from training.fit.network_measures import region_overlap

SEED = 20251122
# Random places that are tried for each face.
DRAWS = 5
# The share of a map's mass that counts as its region.
HELD = 0.5
# Rows of FER2013's framing, as shares of the height; the eyes lie at .39, the mouth at .76.
ZONES = {
    "forehead": (0, 0.28),
    "eyes": (0.28, 0.48),
    "nose": (0.48, 0.67),
    "mouth": (0.67, 0.85),
    "chin": (0.85, 1),
}


def region_facts(recogniser: Recogniser, images: np.ndarray) -> dict:
    """Overlap, places and occlusion of the region maps on faces (N, S, S) uint8, as fractions 0..1.

    The result is empty for a network without regions.
    """
    recognition = recogniser.recognise(images)
    if recognition.region_maps.shape[1] == 0:
        return {}
    return {
        "n": len(images),
        "mean_pairwise_overlap": _overlap(recognition.region_maps),
        "regions": places(recognition),
        "occlusion": occlusion(recogniser, images, recognition),
    }


def _overlap(maps: np.ndarray) -> float:
    import torch

    return round(float(region_overlap(torch.from_numpy(maps)).mean()), 4)


def places(recognition: Recognition) -> list[dict]:
    """The place of each region's map.

    For each region: the mean centre of its map and its deviation over the faces (shares of the side), the
    mean gate, and the mean share of the map in each zone.
    """
    maps = recognition.region_maps
    side = maps.shape[-1]
    middles = (np.arange(side) + 0.5) / side
    x, y = maps.sum(axis=2) @ middles, maps.sum(axis=3) @ middles  # (N, K) each
    shares = [maps[:, :, rows(start, end, side)].sum(axis=(2, 3)) for start, end in ZONES.values()]
    zones = np.stack(shares, axis=2).mean(axis=0)  # (K, zones)
    return [
        {
            "centre": [round(float(x[:, k].mean()), 3), round(float(y[:, k].mean()), 3)],
            "moves": round(float(np.hypot(x[:, k].std(), y[:, k].std())), 3),
            "gate": round(float(recognition.region_gates[:, k].mean()), 3),
            "zones": dict(zip(ZONES, zones[k].round(3).tolist(), strict=True)),
        }
        for k in range(maps.shape[1])
    ]


def rows(start: float, end: float, side: int) -> slice:
    return slice(round(start * side), round(end * side))


def occlusion(recogniser: Recogniser, images: np.ndarray, recognition: Recognition) -> dict:
    """How far the probability of the answer falls, and by how much more than for a random place."""
    random = np.random.default_rng(SEED)
    each = np.arange(len(images))
    strongest = half_of(recognition.region_maps[each, recognition.region_gates.argmax(axis=1)])
    answer = recognition.probabilities.argmax(axis=1)
    before = recognition.probabilities[each, answer]

    def fall(occluded: np.ndarray) -> np.ndarray:
        return before - recogniser.recognise(painted(images, occluded)).probabilities[each, answer]

    of_strongest = fall(strongest)
    of_random = np.mean([fall(moved(strongest, random)) for _ in range(DRAWS)], axis=0)
    more = of_strongest - of_random
    return {
        "occluded_share_of_the_face": round(float(strongest.mean()), 3),
        "strongest": mean_with_interval(of_strongest),
        "random": mean_with_interval(of_random),
        "difference": mean_with_interval(more),
    }


def half_of(maps: np.ndarray) -> np.ndarray:
    """(N, h, w) bool: the fewest cells that hold the share HELD of each map (N, h, w)."""
    flat = maps.reshape(len(maps), -1)
    order = np.argsort(-flat, axis=1)
    falling = np.take_along_axis(flat, order, axis=1)
    before = falling.cumsum(axis=1) - falling
    chosen = np.zeros(flat.shape, dtype=bool)
    np.put_along_axis(chosen, order, before < HELD * flat.sum(axis=1, keepdims=True), axis=1)
    return chosen.reshape(maps.shape)


def moved(masks: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Each mask (N, h, w) rolled to a random place of its picture, around the edges."""
    shifts = random.integers(0, masks.shape[1:], size=(len(masks), 2))
    return np.stack([np.roll(mask, shift, axis=(0, 1)) for mask, shift in zip(masks, shifts, strict=True)])


def painted(images: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Images (N, S, S) uint8 whose masked cells (N, h, w) have the image's mean grey."""
    size = images.shape[:0:-1]
    large = [cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) for mask in masks]
    greys = images.mean(axis=(1, 2), keepdims=True).astype(np.uint8)
    return np.where(np.stack(large) > 0, greys, images)


def mean_with_interval(values: np.ndarray) -> dict:
    """Mean of (N,) values and its 95 % interval."""
    return {"mean": round(float(values.mean()), 4), "interval": Interval.of_mean(values).rounded()}


def describe(facts: dict) -> str:
    """The facts as text."""
    if not facts:
        return "This network has no regions."
    found = facts["occlusion"]
    lines = [f"Region maps of {facts['n']} faces: mean pairwise overlap {facts['mean_pairwise_overlap']:.3f}"]
    for number, place in enumerate(facts["regions"]):
        zone, share = max(place["zones"].items(), key=lambda item: item[1])
        lines.append(
            f"  region {number}: {100 * share:.0f} % in the {zone} rows, centre {place['centre']}, "
            f"moves {place['moves']:.3f}, gate {place['gate']:.2f}"
        )
    for name in ("strongest", "random", "difference"):
        low, high = (100 * end for end in found[name]["interval"])
        lines.append(
            f"  occluded, {name}: {100 * found[name]['mean']:.2f} points less sure ({low:.2f} to {high:.2f})"
        )
    return "\n".join(lines)
