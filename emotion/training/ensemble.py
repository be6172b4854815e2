"""What trained networks score alone, asked about each face and its mirror image, and together."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import torch

from emotion.training.dataset import Faces
from emotion.training.runs import load_teacher
from emotion.training.teachers import ask
from emotion.training.validation import accuracies


def ensemble(paths: Sequence[Path], faces: Faces) -> dict[str, dict[str, float]]:
    """By file, the accuracies (fractions 0..1) on both label sets of each network once per face, of each with
    mirror images, and of the mean probabilities of any two or more, likewise mirrored. Raises BadFile.
    """
    scores, said = {}, {}
    for path in paths:
        network, images = load_teacher(path), torch.from_numpy(faces.images)
        scores[str(path)] = accuracies(*ask([network], images, mirrored=False), faces)
        said[f"{path}, mirrored"] = ask([network], images)
    for size in range(1, len(said) + 1):
        for names in combinations(said, size):
            expressions = sum(said[name].expressions for name in names)
            fer2013 = sum(said[name].fer2013 for name in names)
            scores[" + ".join(names)] = accuracies(expressions, fer2013, faces)
    return scores


def table(scores: dict[str, dict[str, float]]) -> str:
    width = max(map(len, scores))
    lines = [f"{'':<{width}}  FER2013 %  FER+ %"]
    for name, reached in scores.items():
        lines.append(f"{name:<{width}}{100 * reached['fer2013']:>11.2f}{100 * reached['ferplus']:>8.2f}")
    return "\n".join(lines)
