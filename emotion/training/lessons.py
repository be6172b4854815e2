"""What earlier networks say to every training face, asked once and kept: all that a distillation needs."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from emotion.network import AttentionCNN

LESSONS = "lessons.safetensors"


class OtherTeachers(Exception):
    """The folder holds the lessons of other networks than these."""


@dataclass(frozen=True)
class Lessons:
    """Mean probabilities of all teachers, each asked about the face and its mirror image."""

    expressions: Tensor  # (N, 8) float32 over labels.EXPRESSIONS
    fer2013: Tensor  # (N, 7) float32 over labels.FER2013_LABELS


@torch.inference_mode()
def ask(teachers: Sequence[AttentionCNN], images: Tensor) -> Lessons:
    """The teachers' lessons for grey crops (N, S, S).

    Once per face and not once per augmented face: on a CPU the teachers in the loop (Beyer et al. 2022,
    arXiv 2106.05237) would take as long as the student.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    teachers = [teacher.to(device).eval() for teacher in teachers]
    batches = tqdm(images.split(256), desc="asking the teachers", unit="batch", disable=None, leave=False)
    answers = [_answer(teachers, batch.to(device)) for batch in batches]
    expressions, fer2013 = (torch.cat(parts).cpu() for parts in zip(*answers, strict=True))
    return Lessons(expressions, fer2013)


def _answer(teachers: Sequence[AttentionCNN], crops: Tensor) -> tuple[Tensor, Tensor]:
    with torch.autocast(crops.device.type, torch.bfloat16):
        said = [teacher(view) for teacher in teachers for view in (crops, crops.flip(2))]
    expressions = torch.stack([prediction.expressions.float().softmax(1) for prediction in said])
    fer2013 = torch.stack([prediction.fer2013.float().softmax(1) for prediction in said])
    return expressions.mean(0), fer2013.mean(0)


def save_lessons(lessons: Lessons, path: Path, teachers: Sequence[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {"expressions": lessons.expressions, "fer2013": lessons.fer2013}
    save_file(tensors, path, {"teachers": _digests(teachers)})


def load_lessons(path: Path, teachers: Sequence[Path]) -> Lessons:
    """What save_lessons wrote. Raises OtherTeachers where it was not from these files."""
    with safe_open(path, "pt") as kept:
        if kept.metadata()["teachers"] != _digests(teachers):
            raise OtherTeachers(f"{path.parent} had other teachers; name another folder or remove it.")
        return Lessons(kept.get_tensor("expressions"), kept.get_tensor("fer2013"))


def _digests(paths: Sequence[Path]) -> str:
    return json.dumps([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
