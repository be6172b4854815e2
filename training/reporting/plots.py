"""Plots of a run and of the served graph: learning curves, confusion matrices, reliability, region maps.

No plot shows a face of the data set: region maps are means over many faces, drawn on their mean.
"""

import json
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np

# Draws files only, also on machines without a screen.
mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from emotion.vision.labels import EXPRESSIONS
from emotion.vision.recogniser import Recogniser
from training.data.dataset import BadFile, Faces, vote_shares
from training.evaluation.evaluate import Evaluation, Score, evaluate_faces
from training.evaluation.metrics import expected_calibration_error
from training.reporting.video_plots import video_plots

BINS = 15
# The fewest faces in a mean: fewer would still show somebody.
FEWEST = 50


def plot(
    recogniser: Recogniser, faces: Faces, out: Path, *, run: Path | None = None, video: Path | None = None
) -> list[Path]:
    """Writes all plots for which there is data as .png files, and returns their paths. Raises BadFile."""
    figures = {"learning-curves": learning_curves(run)} if run else {}
    evaluation = evaluate_faces(recogniser, faces)
    figures["confusion-fer2013"] = confusion(evaluation.fer2013, "FER2013, original labels")
    if evaluation.ferplus:
        figures["confusion-ferplus"] = confusion(evaluation.ferplus, "FER+ majority")
        figures["reliability"] = reliability(evaluation)
    if evaluation.recognition.region_maps.shape[1] and (answers := common_answers(evaluation)):
        figures["region-maps"] = region_maps(evaluation, answers)
    if video:
        figures |= video_plots(recogniser, faces.images, video)
    out.mkdir(parents=True, exist_ok=True)
    return [_saved(figure, out / f"{name}.png") for name, figure in figures.items()]


def learning_curves(run: Path) -> Figure:
    """Training loss and PublicTest accuracies of each epoch. Raises BadFile."""
    epochs = _history(run)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
    x = [epoch["epoch"] for epoch in epochs]
    left.plot(x, [epoch["loss"] for epoch in epochs], color="tab:grey")
    left.set(title="Training loss", xlabel="epoch", ylabel="loss")
    for name, label in (("fer2013", "FER2013, 7 classes"), ("ferplus", "FER+ majority, 8 classes")):
        right.plot(x, [100 * epoch[name] for epoch in epochs], label=label)
    right.set(title="PublicTest", xlabel="epoch", ylabel="accuracy, %")
    right.legend()
    right.grid(alpha=0.3)
    return figure


def confusion(score: Score, title: str) -> Figure:
    """The confusion matrix, each row in percent of its true class, with recalls on the diagonal."""
    counts = score.confusion
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = plt.subplots(figsize=(6.4, 5.4))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    places, names = np.arange(len(score.classes)), score.classes
    axes.set_xticks(places, names, rotation=45, ha="right")
    axes.set_yticks(places, [f"{name} ({n})" for name, n in zip(names, counts.sum(axis=1), strict=True)])
    for row, column in np.ndindex(shares.shape):
        colour = "white" if shares[row, column] > 55 else "black"
        axes.text(column, row, f"{shares[row, column]:.0f}", ha="center", va="center", color=colour)
    accuracy = f"{100 * score.accuracy:.1f} % of {len(score)}"
    axes.set(title=f"{title}: {accuracy}", xlabel="answer", ylabel="true class (rows of it)")
    return figure


def reliability(evaluation: Evaluation) -> Figure:
    """Confidence against the share of taggers who gave that class, with the number of faces in each bin."""
    confidence, agreeing = _confidence(evaluation)
    place = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    count = np.bincount(place, minlength=BINS)
    filled = count > 0
    mean_confidence, mean_agreeing = (
        np.bincount(place, weights=values, minlength=BINS)[filled] / count[filled]
        for values in (confidence, agreeing)
    )
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(5.2, 6), sharex=True, gridspec_kw={"height_ratios": [3, 1]}
    )
    above.plot([0, 1], [0, 1], color="tab:grey", linestyle="--", label="confidence is right")
    above.plot(mean_confidence, mean_agreeing, marker="o", label="measured")
    error = expected_calibration_error(confidence, agreeing)
    above.set(title=f"ECE {100 * error:.2f} % ({BINS} bins)", ylabel="share of taggers who agree")
    above.legend()
    below.bar((np.arange(BINS) + 0.5) / BINS, count, width=0.9 / BINS)
    below.set(xlabel="confidence", ylabel="faces")
    return figure


def common_answers(evaluation: Evaluation) -> list[int]:
    """The classes with enough answers for a mean in which nobody can be recognised."""
    count = np.bincount(evaluation.recognition.probabilities.argmax(axis=1), minlength=len(EXPRESSIONS))
    return np.flatnonzero(count >= FEWEST).tolist()


def region_maps(evaluation: Evaluation, shown: list[int]) -> Figure:
    """A row per answered class, a column per region: the mean map on the mean face."""
    maps, answers = evaluation.recognition.region_maps, evaluation.recognition.probabilities.argmax(axis=1)
    regions, side = maps.shape[1], evaluation.faces.images.shape[1]
    figure, grid = plt.subplots(len(shown), regions, figsize=(1.3 * regions, 1.4 * len(shown)), squeeze=False)
    for n, line in zip(shown, grid, strict=True):
        face = evaluation.faces.images[answers == n].mean(axis=0)
        for axes, region in zip(line, maps[answers == n].mean(axis=0), strict=True):
            heat = cv2.resize(region, (side, side), interpolation=cv2.INTER_LINEAR)
            axes.imshow(face, cmap="gray")
            axes.imshow(heat, cmap="inferno", alpha=0.55)
            axes.set(xticks=[], yticks=[])
        line[0].set_ylabel(f"{EXPRESSIONS[n]}\n({(answers == n).sum()})", fontsize=8)
    for number, axes in enumerate(grid[0]):
        axes.set_title(f"region {number + 1}", fontsize=8)
    return figure


def _confidence(evaluation: Evaluation) -> tuple[np.ndarray, np.ndarray]:
    shares, trust = vote_shares(evaluation.faces.rated)
    rated = trust > 0
    probabilities, shares = evaluation.recognition.probabilities[rated], shares[rated]
    top = probabilities.argmax(axis=1)
    return probabilities.max(axis=1), shares[np.arange(len(top)), top]


def _history(run: Path) -> list[dict]:
    path = run / "history.jsonl"
    if not path.is_file():
        raise BadFile(f"{path} does not exist; a run writes it: python -m training train")
    try:
        return [json.loads(line) for line in path.read_text().splitlines()]
    except json.JSONDecodeError as error:
        raise BadFile(f"{path} is damaged: a line of it is not JSON.") from error


def _saved(figure: Figure, path: Path) -> Path:
    figure.tight_layout()
    figure.savefig(path, dpi=75)
    plt.close(figure)
    return path
