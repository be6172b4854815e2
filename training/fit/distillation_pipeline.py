"""The distillation pipeline: larger teachers, then several students of their mean answer."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from emotion.vision.network import NetworkConfig
from training.data.dataset import BadFile
from training.fit.identity import BLOCKS
from training.fit.mobilenet import MobileNetConfig
from training.fit.network_measures import count_macs
from training.fit.processes import train_at_once, train_in_processes
from training.fit.recipe import Recipe
from training.fit.runs import Beginning, check, load_best, load_teacher, teach, train
from training.fit.teachers import digest
from training.fit.trainer import BEST


@dataclass(frozen=True)
class Teacher:
    """What distinguishes one teacher from the others; the rest of its recipe is ``TEACHER``."""

    network: NetworkConfig | MobileNetConfig
    seed: int
    begins: Literal["identity", "mobilenet", "random"] = "identity"
    backbone_lr_scale: float = 0.7


DLIBS_BLOCKS = tuple(len(names) for names in BLOCKS)
# Different architectures on purpose, as networks that err alike gain little together. Enlarged faces are
# nearer to the size that the backbones were trained on (docs/experiments.md has the linear probes).
TeacherName = Literal["identity-72", "identity-64", "random-wide", "mobilenet-192"]
TEACHERS: dict[TeacherName, Teacher] = {
    "identity-72": Teacher(NetworkConfig(input_size=72, blocks=DLIBS_BLOCKS), seed=1),
    "identity-64": Teacher(
        NetworkConfig(input_size=64, blocks=DLIBS_BLOCKS, regions=8, attention_layers=2), seed=2
    ),
    "random-wide": Teacher(
        NetworkConfig(widths=(64, 128, 256, 512), blocks=(2, 3, 3, 2)), seed=3, begins="random"
    ),
    "mobilenet-192": Teacher(
        MobileNetConfig(input_size=192, frozen=0), seed=4, begins="mobilenet", backbone_lr_scale=0.4
    ),
}
TEACHER = Recipe(
    epochs=60,
    batch_size=256,
    learning_rate=1.5e-3,
    backbone_lr_scale=0.7,
    low_augmentation_fraction=0.4,
    vote_power=1.5,
)
STUDENT = replace(TEACHER, epochs=100, vote_power=2, fer2013_weight=0.3, views=1)
LABEL_SETS = ("fer2013", "ferplus")


@dataclass(frozen=True)
class Run:
    """A training run: its folder, its recipe, and the files it begins with."""

    folder: Path
    recipe: Recipe
    beginning: Beginning


def distillation_pipeline(
    faces: Path,
    folder: Path,
    *,
    identity: Path,
    mobilenet: Path,
    start_from: Path | None = None,
    teachers: Sequence[TeacherName] = tuple(TEACHERS),
    extra_teachers: Sequence[Path] = (),
    seeds: Sequence[int] = (1, 2, 3),
    teacher: Recipe = TEACHER,
    student: Recipe = STUDENT,
    at_once: bool = False,
    processes: int = 1,
) -> dict:
    """Trains each teacher, then for every seed a student of all teachers' mean answer.

    Each run has a folder of its own in ``folder``. ``at_once`` trains all teachers in parallel on one GPU,
    then all students; otherwise they are trained one after the other in so many ``processes``.
    ``extra_teachers`` are trained networks that teach as well. Students begin with the weights
    ``start_from``, or else with dlib's backbone.

    Returns the PublicTest accuracies (0..1) of each network in the epoch that PublicTest chose, the students'
    mean and sample deviation, and the name of the best student. A stopped pipeline can be continued. Raises
    BadFile and OtherRecipe.
    """
    if not teachers and not extra_teachers:
        raise BadFile("A student needs a teacher or an extra teacher.")
    # A wrong name is reported before hours of training and not after.
    for path in extra_teachers:
        load_teacher(path)
    begins = {
        "identity": Beginning(identity=identity),
        "mobilenet": Beginning(mobilenet=mobilenet),
        "random": Beginning(),
    }
    trained = partial(_trained, faces=faces, at_once=at_once, processes=processes)
    teacher_runs: dict[str, Run] = {
        name: _teacher_run(folder / name, TEACHERS[name], teacher, begins) for name in teachers
    }
    reached = trained(teacher_runs)
    ensemble = [*(run.folder / BEST for run in teacher_runs.values()), *extra_teachers]
    beginning = Beginning(weights=start_from) if start_from else begins["identity"]
    beginning = replace(beginning, teachers=tuple(ensemble), graphs=folder)
    student = replace(student, teachers=tuple(map(digest, ensemble)))
    student_runs = {
        f"student-{seed}": Run(folder / f"student-{seed}", replace(student, seed=seed), beginning)
        for seed in seeds
    }
    together = teach(ensemble, faces, folder)
    students = trained(student_runs)
    return {
        "split": "PublicTest",
        "figures": "of the best epoch, chosen on PublicTest",
        "teachers": reached,
        "extra_teachers": {str(path): digest(path) for path in extra_teachers},
        "teachers_together_with_mirror_images": together,
        "students": students,
        "spread": {name: _spread([figures[name] for figures in students.values()]) for name in LABEL_SETS},
        "chosen": max(students, key=lambda run: sum(students[run][name] for name in LABEL_SETS)),
    }


def _teacher_run(folder: Path, made: Teacher, recipe: Recipe, begins: dict[str, Beginning]) -> Run:
    recipe = replace(recipe, network=made.network, seed=made.seed, backbone_lr_scale=made.backbone_lr_scale)
    return Run(folder, recipe, begins[made.begins])


def _trained(runs: dict[str, Run], *, faces: Path, at_once: bool, processes: int) -> dict[str, dict]:
    """Trains all runs; returns {name: PublicTest accuracies, operations and recipe}."""
    for run in runs.values():
        check(run.recipe, faces, run.folder, run.beginning)
    jobs = [partial(train, run.recipe, faces, run.folder, run.beginning) for run in runs.values()]
    if at_once and jobs:
        train_at_once(jobs)
    else:
        for job in jobs:
            train_in_processes(processes, job)
    return {name: _reached(run) for name, run in runs.items()}


def _reached(run: Run) -> dict:
    network, found = load_best(run.folder / BEST)
    figures = {name: found["figures"][name] for name in ("epoch", *LABEL_SETS)}
    macs = count_macs(network)
    return figures | {"macs": macs, "recipe": run.recipe.as_dict()}


def _spread(accuracies: list[float]) -> dict:
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else None
    return {"mean": statistics.mean(accuracies), "deviation": deviation}
