"""Teachers that look closer than a served network may, then several students of what all of them say."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from emotion.network import NetworkConfig, count_macs
from emotion.training.processes import train_in_processes
from emotion.training.runs import check, load_best, teach, train
from emotion.training.trainer import BEST, Recipe

DLIBS_BLOCKS = (3, 4, 3, 2)
# Made differently on purpose: networks that err alike gain little together. Enlarged faces are nearer to the
# size that dlib's trunk was trained on: a linear probe gains 3 points from 48 to 64 or 72 pixels.
TEACHERS = {
    "identity-72": NetworkConfig(input_size=72, blocks=DLIBS_BLOCKS),
    "identity-64": NetworkConfig(input_size=64, blocks=DLIBS_BLOCKS, regions=8, attention_layers=2),
    "random-wide": NetworkConfig(widths=(64, 128, 256, 512), blocks=(2, 3, 3, 2)),
}
FROM_RANDOM = ("random-wide",)
TEACHER = Recipe(epochs=60, batch_size=256, learning_rate=1.5e-3, trunk_pace=0.7, light_stretch=0.4)
STUDENT = replace(TEACHER, epochs=100)
LABEL_SETS = ("fer2013", "ferplus")


def school(
    faces: Path,
    folder: Path,
    *,
    identity: Path,
    teachers: Sequence[str] = tuple(TEACHERS),
    guests: Sequence[Path] = (),
    seeds: Sequence[int] = (1, 2, 3),
    teacher: Recipe = TEACHER,
    student: Recipe = STUDENT,
    processes: int = 1,
) -> dict:
    """Trains each teacher, then with every seed a student of their and the guests' mean answer, each in a
    folder of its own. ``guests`` are networks from elsewhere that teach as well.

    Returns what each reached on PublicTest in its best epoch (0..1), the students' mean and sample deviation,
    and the student that PublicTest chooses. Runs that are complete are only read, so a stopped school goes on
    where it was. Raises BadFile, OtherRecipe and OtherTeachers.
    """
    attend = partial(_attend, faces=faces, processes=processes)
    reached = {}
    for seed, name in enumerate(teachers, start=1):
        recipe = replace(teacher, network=TEACHERS[name], seed=seed)
        trunk = None if name in FROM_RANDOM else identity
        reached[name] = attend(recipe, folder / name, identity=trunk)
    staff = [*(folder / name / BEST for name in teachers), *guests]
    students = {}
    for seed in seeds:
        run = folder / f"student-{seed}"
        together = teach(staff, faces, run)
        students[run.name] = attend(replace(student, seed=seed), run, identity=identity, teachers=staff)
    return {
        "split": "PublicTest",
        "recipes": {"teachers": asdict(teacher), "students": asdict(student)},
        "teachers": reached,
        "guests": [str(path) for path in guests],
        "together": together,
        "students": students,
        "spread": {name: _spread([figures[name] for figures in students.values()]) for name in LABEL_SETS},
        "chosen": max(students, key=lambda run: sum(students[run][name] for name in LABEL_SETS)),
    }


def _attend(recipe: Recipe, run: Path, *, faces: Path, processes: int, **begins: object) -> dict:
    check(recipe, faces, run, **begins)
    train_in_processes(processes, partial(train, recipe, faces, run, **begins))
    network, found = load_best(run / BEST)
    return {"macs": count_macs(network), "seed": recipe.seed} | {
        name: found["figures"][name] for name in ("epoch", *LABEL_SETS)
    }


def _spread(accuracies: list[float]) -> dict:
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else None
    return {"mean": statistics.mean(accuracies), "deviation": deviation}
