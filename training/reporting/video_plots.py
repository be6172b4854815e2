"""Plots of a video as the worker sees it: the framing of its crops, and where the network looks in them."""

from pathlib import Path

import cv2
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from emotion.vision.labels import EXPRESSIONS
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser
from training.data.dataset import BadFile
from training.data.framing import measure
from training.data.video import frames_of, jpeg

EXAMPLES = 6
SAMPLE = 1000  # images


def video_plots(recogniser: Recogniser, images: np.ndarray, video: Path) -> dict[str, Figure]:
    """{name: plot} of a video of one face, compared with images (N, S, S) uint8. Raises BadFile."""
    found = Reader(recogniser).inspect(jpeg(frame) for frame in frames_of(video))
    crops = [seen.crop for seen in found if seen.crop is not None]
    if not crops:
        raise BadFile(f"No face was seen in {video}.")
    few = images[:: max(1, len(images) // SAMPLE)]
    return {
        "framing": framing(few, np.stack(crops)),
        "region-maps-video": examples(recogniser, np.stack(crops)),
    }


def framing(images: np.ndarray, crops: np.ndarray) -> Figure:
    """The mean FER2013 face beside the mean crop, with the landmarks that one detector finds in both."""
    figure, grid = plt.subplots(1, 2, figsize=(7, 3.9))
    for axes, faces, name in zip(grid, (images, crops), ("FER2013", "crops of the video"), strict=True):
        axes.imshow(faces.mean(axis=0), cmap="gray", extent=(-0.5, 47.5, 47.5, -0.5))
        axes.set_title(f"{name}: mean of {len(faces)}")
    for faces, marker, name in ((images, "o", "FER2013"), (crops, "x", "video")):
        points = (measure(faces) + 0.5) * 48 / faces.shape[1] - 0.5
        for axes in grid:
            axes.scatter(*points.T, marker=marker, label=name, s=30)
    grid[0].legend(loc="lower left")
    return figure


def examples(recogniser: Recogniser, crops: np.ndarray) -> Figure:
    """A row per frame, a column per region, each map drawn on its crop."""
    chosen = crops[np.linspace(0, len(crops) - 1, EXAMPLES).round().astype(int)]
    found = recogniser.recognise(chosen)
    regions = found.region_maps.shape[1]
    figure, grid = plt.subplots(len(chosen), regions + 1, figsize=(1.3 * (regions + 1), 1.4 * len(chosen)))
    for line, crop, maps, shares in zip(grid, chosen, found.region_maps, found.probabilities, strict=True):
        best = shares.argmax()
        line[0].set_ylabel(f"{EXPRESSIONS[best]}\n{100 * shares[best]:.0f} %", fontsize=8)
        for axes in line:
            axes.imshow(crop, cmap="gray")
            axes.set(xticks=[], yticks=[])
        for axes, region in zip(line[1:], maps, strict=True):
            heat = cv2.resize(region, crop.shape, interpolation=cv2.INTER_LINEAR)
            axes.imshow(heat, cmap="inferno", alpha=0.55)
    for number, axes in enumerate(grid[0][1:]):
        axes.set_title(f"region {number + 1}", fontsize=8)
    return figure
