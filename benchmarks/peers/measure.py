"""What every peer written in Python is asked: the same faces, the same frames, the same clock. It runs in the
peer's own environment and knows nothing of ours.

python run_PEER.py TASK_JSON ANSWER_JSON PEER_FOLDER
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

import numpy as np

Classify = Callable[[np.ndarray], list[str | None]]  # (B, 48, 48) uint8 -> one FER2013 word a face
Read = Callable[[bytes], str | None]  # one JPEG -> the word for its face, or None


def answer(classify: Classify, read: Read) -> None:
    task_file, answer_file = map(Path, sys.argv[1:3])
    task = json.loads(task_file.read_text())
    faces = np.fromfile(task_file.parent / task["faces"], np.uint8).reshape(-1, task["side"], task["side"])
    frames = [(task_file.parent / name).read_bytes() for name in task["frames"]]
    face_batches = [faces[start : start + task["batch"]] for start in range(0, len(faces), task["batch"])]
    found = {
        "answers": [word for batch in face_batches for word in classify(batch)],
        "frame_answers": [read(frame) for frame in frames],
        "faces_per_s": rate(classify, cycle(face_batches), task),
        "frames_per_s": rate(lambda one: read(one[0]), cycle([frame] for frame in frames), task),
    }
    answer_file.write_text(json.dumps(found))


def rate(work: Callable, supply: Iterator[Sequence], task: dict) -> float:
    """Faces or frames per second of CPU time: what a neighbour on the core takes is not counted."""
    work(next(supply))
    return statistics.median(_round(work, supply, task["seconds"]) for _ in range(task["rounds"]))


def _round(work: Callable, supply: Iterator[Sequence], seconds: float) -> float:
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        batch = next(supply)
        work(batch)
        done += len(batch)
    return done / spent
