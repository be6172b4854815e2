"""Scores of trained networks: alone, averaged over several views of each face, and together."""

from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from training.data.dataset import NO_MAJORITY, Faces, majority
from training.evaluation.calibrate import least_cross_entropy
from training.fit.runs import load_teacher
from training.fit.teachers import Answers, as_it_is, ask, mirrored
from training.fit.validation import accuracies


def ensemble(
    paths: Sequence[Path], faces: Faces, views: Callable[[Tensor], Sequence[Tensor]] = mirrored
) -> dict[str, dict[str, float]]:
    """{networks: scores} of each network asked once and about several views, and of all combinations.

    The probabilities of networks and views are averaged. Raises BadFile.
    """
    scores, answers = {}, {}
    images = torch.from_numpy(faces.images)
    for path in paths:
        network = load_teacher(path)
        scores[f"{path}, once"] = _scores(ask([network], images, as_it_is), faces)
        answers[str(path)] = ask([network], images, views)
    for size in range(1, len(answers) + 1):
        for names in combinations(answers, size):
            heads = zip(*(answers[name] for name in names), strict=True)
            together = Answers(*(torch.stack(head).mean(0) for head in heads))
            scores[" + ".join(names)] = _scores(together, faces)
    return scores


def _scores(answers: Answers, faces: Faces) -> dict[str, float]:
    """Accuracies (0..1) and cross-entropies (nats) with FER2013's labels and FER+'s majority.

    To compare two networks, the cross-entropy needs a third of the faces that accuracy needs.
    """
    y_true = majority(faces.rated)
    decided = y_true != NO_MAJORITY
    expressions, fer2013 = (head.clamp_min(1e-6).log().numpy() for head in answers)
    return accuracies(*answers, faces) | {
        "fer2013_nats": least_cross_entropy(fer2013, np.eye(len(FER2013_LABELS))[faces.labels]),
        "ferplus_nats": least_cross_entropy(expressions[decided], np.eye(len(EXPRESSIONS))[y_true[decided]]),
    }


def table(scores: dict[str, dict[str, float]]) -> str:
    """The scores as text, a line for each entry; accuracies in percent."""
    width = max(map(len, scores))
    lines = [f"{'':<{width}}  FER2013 %    nats  FER+ %    nats"]
    for name, reached in scores.items():
        lines.append(
            f"{name:<{width}}{100 * reached['fer2013']:>11.2f}{reached['fer2013_nats']:>8.4f}"
            f"{100 * reached['ferplus']:>8.2f}{reached['ferplus_nats']:>8.4f}"
        )
    return "\n".join(lines)
