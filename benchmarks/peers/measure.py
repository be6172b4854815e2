"""Asks a peer written in Python for its answers and measures its rates. measure.mjs does the same in Node.

It runs in the peer's own environment and imports nothing of ours:
python run_PEER.py TASK_JSON ANSWER_JSON PEER_FOLDER
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

# (B, 48, 48) uint8 -> one label of FER2013 for each face, or None
Classify = Callable[[np.ndarray], list[str | None]]
# One JPEG -> the label of its face, "unsure" for a face without a label, or None without a face
Read = Callable[[bytes], str | None]


def answer(classify: Classify, read: Read) -> None:
    task_file, answer_file = map(Path, sys.argv[1:3])
    task = json.loads(task_file.read_text())
    faces = np.fromfile(task_file.parent / task["faces"], np.uint8).reshape(-1, task["side"], task["side"])
    frames = [(task_file.parent / name).read_bytes() for name in task["frames"]]
    face_batches = [faces[start : start + task["batch"]] for start in range(0, len(faces), task["batch"])]
    found = {
        "answers": [label for batch in face_batches for label in classify(batch)],
        "frame_answers": [read(frame) for frame in frames],
        "faces_per_s": rate(classify, cycle(face_batches), task),
        "frames_per_s": rate(lambda one: read(one[0]), cycle([frame] for frame in frames), task),
    }
    answer_file.write_text(json.dumps(found))


def rate(work: Callable[[Any], object], supply: Iterator[Any], task: dict[str, Any]) -> float:
    """Faces or frames per second of CPU time, the median over the rounds."""
    work(next(supply))
    return statistics.median(_round(work, supply, task["seconds"]) for _ in range(task["rounds"]))


def _round(work: Callable[[Any], object], supply: Iterator[Any], seconds: float) -> float:
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        batch = next(supply)
        work(batch)
        done += len(batch)
    return done / spent
