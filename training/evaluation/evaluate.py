"""Scores of the served graph on the official files: an answer for every row, in both label sets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.recogniser import Recogniser, Recognition
from training.data.dataset import (
    NO_MAJORITY,
    BadFile,
    Faces,
    majority,
    occurs_in,
    read_faces,
    vote_shares,
    with_votes,
)
from training.evaluation.metrics import (
    Interval,
    confusion_matrix,
    expected_calibration_error,
    macro_f1,
    macro_f1_interval,
    recalls,
    wilson,
)


@dataclass(frozen=True)
class Score:
    """True and predicted classes of N faces in one label set."""

    classes: tuple[str, ...]
    y_true: np.ndarray  # (N,) int, index into classes
    y_pred: np.ndarray  # (N,) int, index into classes

    def __len__(self) -> int:
        return len(self.y_true)

    @property
    def hits(self) -> int:
        return int((self.y_true == self.y_pred).sum())

    @property
    def accuracy(self) -> float:
        """0..1; NaN without rows."""
        return self.hits / len(self) if len(self) else float("nan")

    @property
    def macro_f1(self) -> float:
        """0..1, over the classes that occur; NaN without rows."""
        return macro_f1(self.y_true, self.y_pred) if len(self) else float("nan")

    @property
    def macro_f1_interval(self) -> Interval:
        return macro_f1_interval(self.y_true, self.y_pred)

    @property
    def recalls(self) -> np.ndarray:
        """(C,) shares 0..1; NaN for a class without rows."""
        return recalls(self.y_true, self.y_pred, len(self.classes))

    @property
    def confusion(self) -> np.ndarray:
        """(C, C) counts: a row per true class, a column per predicted one."""
        return confusion_matrix(self.y_true, self.y_pred, len(self.classes))

    def where(self, chosen: np.ndarray) -> "Score":
        """The score of the rows that ``chosen`` (N,), bool or indices, names."""
        return Score(self.classes, self.y_true[chosen], self.y_pred[chosen])

    def as_dict(self) -> dict:
        """Fractions 0..1; a class without rows has recall null."""
        shares = zip(self.classes, self.recalls, strict=True)
        return {
            "n": len(self),
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "recall": {name: None if np.isnan(share) else float(share) for name, share in shares},
            "confusion": self.confusion.tolist(),
        }


@dataclass(frozen=True)
class Evaluation:
    """The result of one pass over a split."""

    fer2013: Score
    ferplus: Score | None
    """None without votes."""
    seen: np.ndarray | None
    """(N,) bool: the image is also in Training; None without Training rows."""
    decided: np.ndarray | None
    """(N,) bool: the row has an FER+ majority; None without votes."""
    recognition: Recognition
    faces: Faces

    @property
    def majority(self) -> Score:
        """The score on FER+ majority rows. Raises BadFile where the faces have no votes."""
        if self.ferplus is None:
            raise BadFile("These faces have no votes; name fer2013new.csv as well.")
        return self.ferplus

    def as_dict(self) -> dict:
        """{label set: ``Score.as_dict``}."""
        scores = {"fer2013": self.fer2013.as_dict()}
        return scores | ({"ferplus": self.ferplus.as_dict()} if self.ferplus else {})

    def for_card(self) -> dict:
        """``as_dict`` with what can only be computed from the rows.

        Adds the bootstrap interval of macro-F1, and the scores of rows whose image is not in Training.
        """
        kept = {}
        without_seen = self.without_seen()
        for name, scores in self.as_dict().items():
            interval = getattr(self, name).macro_f1_interval
            kept[name] = scores | {"macro_f1_interval": [interval.low, interval.high]}
            if without_seen:
                kept[name]["without_seen"] = without_seen[name].as_dict()
        return kept

    def without_seen(self) -> dict[str, Score]:
        """{label set: score of the rows whose image is not in Training}.

        It is empty where the Training rows are not at hand.
        """
        if self.seen is None:
            return {}
        scores = {"fer2013": self.fer2013.where(~self.seen)}
        return scores | ({"ferplus": self.ferplus.where(~self.seen[self.decided])} if self.ferplus else {})


def evaluate(recogniser: Recogniser, images: Path, votes: Path | None, split: str) -> Evaluation:
    """The evaluation of one split of the official files. Raises BadFile."""
    everything = read_faces(images)
    faces = everything.of(split)
    if votes is not None:
        faces = with_votes(faces, votes)
    return evaluate_faces(recogniser, faces, _seen_in_training(faces, everything, split))


def evaluate_faces(recogniser: Recogniser, faces: Faces, seen: np.ndarray | None = None) -> Evaluation:
    """The evaluation of these faces; ``seen`` (N,) bool marks those whose image is in Training."""
    recognition = recogniser.recognise(faces.images)
    fer2013 = Score(FER2013_LABELS, faces.labels, recognition.fer2013.argmax(axis=1))
    if faces.votes is None:
        return Evaluation(fer2013, None, seen, None, recognition, faces)
    y_true = majority(faces.votes)
    decided = y_true != NO_MAJORITY
    answers = Score(EXPRESSIONS, y_true, recognition.probabilities.argmax(axis=1))
    return Evaluation(fer2013, answers.where(decided), seen, decided, recognition, faces)


def report(evaluation: Evaluation) -> str:
    """The evaluation as text, each figure with its 95 % interval."""
    parts = [describe("FER2013, original 7 labels", evaluation.fer2013)]
    if evaluation.ferplus:
        parts.append(describe("FER+ majority, 8 classes", evaluation.ferplus))
        parts.append(_calibration(evaluation))
    parts.append(_without_seen(evaluation))
    return "\n\n".join(parts)


def describe(title: str, score: Score) -> str:
    """The figures of one label set as text: accuracy, macro-F1, recalls and the confusion matrix."""
    if not len(score):
        return f"{title}: no row has such a label."
    n, hits = len(score), score.hits
    lines = [
        f"{title}: n = {n}",
        f"  accuracy {100 * score.accuracy:.2f} % (95 %: {wilson(hits, n)})",
        f"  macro-F1 {100 * score.macro_f1:.2f} % (95 %: {score.macro_f1_interval})",
    ]
    return "\n".join([*lines, *_table(score)])


def _table(score: Score) -> list[str]:
    """A line for each true class that occurs: recall, its interval, and the row of the confusion matrix."""
    confusion = score.confusion
    lines = [
        f"  {'true class':<11}{'recall %':>9}  {'95 %':<13}"
        + "".join(f"{name[:9]:>10}" for name in score.classes)
    ]
    for place, (name, recall) in enumerate(zip(score.classes, score.recalls, strict=True)):
        if np.isnan(recall):
            continue
        interval = wilson(int(confusion[place, place]), int(confusion[place].sum()))
        counts = "".join(f"{count:>10}" for count in confusion[place])
        lines.append(f"  {name:<11}{100 * recall:>9.1f}  {interval!s:<13}{counts}")
    return lines


def _calibration(evaluation: Evaluation) -> str:
    """Calibration against the taggers, and what remains above the abstention threshold, as text."""
    shares, trust = vote_shares(evaluation.faces.rated)
    confidence = evaluation.recognition.probabilities.max(axis=1)
    agreeing = shares[np.arange(len(shares)), evaluation.recognition.probabilities.argmax(axis=1)]
    rated = trust > 0
    error = expected_calibration_error(confidence[rated], agreeing[rated])
    answered = ~evaluation.recognition.unsure[evaluation.decided]
    kept = evaluation.majority.where(answered)
    right = f"of these {100 * kept.accuracy:.2f} % rightly" if answered.any() else "nothing at all"
    return (
        f"Calibration: ECE {100 * error:.2f} % (15 bins, confidence against the share of taggers who agree)\n"
        f"With abstention: answers {100 * answered.mean():.1f} % of the FER+ majority rows, {right}"
    )


def _without_seen(evaluation: Evaluation) -> str:
    if evaluation.seen is None:
        return "Images that also occur in Training were not looked for: the file holds no Training rows."
    lines = [f"Without the {evaluation.seen.sum()} rows whose image also occurs in Training:"]
    for name, score in evaluation.without_seen().items():
        n, interval = len(score), wilson(score.hits, len(score))
        lines.append(f"  {name:<8} accuracy {100 * score.accuracy:.2f} % (95 %: {interval}), n = {n}")
    return "\n".join(lines)


def _seen_in_training(faces: Faces, everything: Faces, split: str) -> np.ndarray | None:
    training = everything.splits == "Training"
    if split == "Training" or not training.any():
        return None
    return occurs_in(faces.images, everything.images[training])
