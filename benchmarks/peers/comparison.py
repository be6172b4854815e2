"""The same faces and frames for every peer, and what its answers are worth."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from training.data.dataset import NO_MAJORITY, Faces, majority

from .installation import Failed, Peer, run

RUN_SECONDS = 1800
# No peer answers with FER+'s words: its seven are counted as the seven that mean the same.
IN_FERPLUS = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
ONE_THREAD = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Task:
    """What everybody is asked, ourselves as well."""

    faces: Faces
    frames: Sequence[bytes]
    batch: int
    rounds: int  # the median of these is reported
    seconds: float  # of CPU time a round

    def write(self, folder: Path) -> Path:
        self.faces.images.tofile(folder / "faces.u8")
        names = [f"{number:04}.jpg" for number in range(len(self.frames))]
        for name, frame in zip(names, self.frames, strict=True):
            (folder / name).write_bytes(frame)
        asked = {"faces": "faces.u8", "side": self.faces.images.shape[1], "frames": names}
        rhythm = {"batch": self.batch, "rounds": self.rounds, "seconds": self.seconds}
        (folder / "task.json").write_text(json.dumps(asked | rhythm))
        return folder / "task.json"


def measure_peer(peer: Peer, peers: Path, task: Task) -> dict:
    """The peer's figures, or {"failed": why}."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        peer.install(peers)
        with tempfile.TemporaryDirectory() as folder:
            answers = Path(folder) / "answers.json"
            asked = [str(task.write(Path(folder))), str(answers), str(peer.folder(peers))]
            run([*peer.command(peers), *asked], seconds=RUN_SECONDS)
            found = json.loads(answers.read_text())
    except Failed as failed:
        return {"package": peer.package, "failed": str(failed)}
    return {
        "package": peer.package,
        "faces_per_s": round(found["faces_per_s"], 1),
        "frames_per_s": round(found["frames_per_s"], 1),
        "frames_answered": share(word is not None for word in found["frame_answers"]),
        **accuracies(task.faces, found["answers"]),
    }


def accuracies(faces: Faces, answers: Sequence[str | None]) -> dict:
    """A face without an answer is a wrong one. Contempt, which no peer knows, is never answered."""
    right = [word == FER2013_LABELS[label] for word, label in zip(answers, faces.labels, strict=True)]
    figures = {"n": len(faces), "accuracy": share(right)}
    if faces.votes is None:
        return figures
    wanted = majority(faces.votes)
    decided = [
        IN_FERPLUS.get(word, word) == EXPRESSIONS[best]
        for word, best in zip(answers, wanted, strict=True)
        if best != NO_MAJORITY
    ]
    return figures | {"n_ferplus": len(decided), "accuracy_ferplus": share(decided)}


def share(claims) -> float:
    return round(float(np.mean(list(claims))), 4)
