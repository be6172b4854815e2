"""The same faces and frames for every peer, and how many of its answers are right."""

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.faces import Effort
from benchmarks.peers.installation import Peer, PeerFailed, run
from benchmarks.timing import BATCH
from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from training.data.dataset import NO_MAJORITY, Faces, majority

RUN_SECONDS = 1800
# No peer uses FER+'s labels. Seven of them have an equivalent in FER2013's.
IN_FERPLUS = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
# A runner's answer to a frame with a face whose expression it does not name. measure.py says the same.
UNSURE = "unsure"
ONE_THREAD = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Task:
    """What every peer is asked, and what we are asked."""

    faces: Faces
    frames: Sequence[bytes]
    effort: Effort

    def write(self, folder: Path) -> Path:
        """Write faces, frames and task.json, whose path is returned."""
        self.faces.images.tofile(folder / "faces.u8")
        names = [f"{number:04}.jpg" for number in range(len(self.frames))]
        for name, frame in zip(names, self.frames, strict=True):
            (folder / name).write_bytes(frame)
        task = {
            "faces": "faces.u8",
            "side": self.faces.images.shape[1],
            "frames": names,
            "batch": BATCH,
            "rounds": self.effort.rounds,
            "seconds": self.effort.seconds,
        }
        path = folder / "task.json"
        path.write_text(json.dumps(task))
        return path


def measure_peer(peer: Peer, peers: Path, task: Task) -> dict[str, Any]:
    """The peer's figures, or {"failed": why}."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        peer.install(peers)
        with tempfile.TemporaryDirectory() as folder:
            answers = Path(folder) / "answers.json"
            arguments = [str(task.write(Path(folder))), str(answers), str(peer.folder(peers))]
            run([*peer.command(peers), *arguments], seconds=RUN_SECONDS)
            found = json.loads(answers.read_text())
    except PeerFailed as error:
        return {"package": peer.package, "failed": str(error)}
    return {
        "package": peer.package,
        "faces_per_s": round(found["faces_per_s"], 1),
        "frames_per_s": round(found["frames_per_s"], 1),
        **frame_shares(found["frame_answers"]),
        **accuracies(task.faces, found["answers"]),
    }


def accuracies(faces: Faces, answers: Sequence[str | None]) -> dict[str, float]:
    """A face without an answer counts as wrong. Contempt, which no peer knows, is never answered."""
    right = [label == FER2013_LABELS[number] for label, number in zip(answers, faces.labels, strict=True)]
    figures = {"n": len(faces), "accuracy": share(right)}
    if faces.votes is None:
        return figures
    decided = [
        label is not None and IN_FERPLUS.get(label, label) == EXPRESSIONS[best]
        for label, best in zip(answers, majority(faces.votes), strict=True)
        if best != NO_MAJORITY
    ]
    return figures | {"n_ferplus": len(decided), "accuracy_ferplus": share(decided)}


def frame_shares(answers: Sequence[str | None]) -> dict[str, float]:
    """Shares of frames with an expression, with a face but no expression, and without a face."""
    return {
        "frames_answered": share(answer not in (None, UNSURE) for answer in answers),
        "frames_unsure": share(answer == UNSURE for answer in answers),
        "frames_without_face": share(answer is None for answer in answers),
    }


def share(claims: Iterable[bool]) -> float:
    return round(float(np.mean(list(claims))), 4)
