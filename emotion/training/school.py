"""Teachers that look closer than a served network may, then several students of what all of them say."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from emotion.network import NetworkConfig, count_macs
from emotion.training.dataset import BadFile
from emotion.training.identity import BLOCKS
from emotion.training.mobilenet import MobileNetConfig
from emotion.training.processes import train_in_processes
from emotion.training.runs import check, load_best, load_teacher, teach, train
from emotion.training.teachers import digest
from emotion.training.trainer import BEST, Recipe


@dataclass(frozen=True)
class Teacher:
    network: NetworkConfig | MobileNetConfig
    seed: int
    begins: str | None = "identity"  # with the trunk of this package, or at random


DLIBS_BLOCKS = tuple(len(names) for names in BLOCKS)
# Made differently on purpose: networks that err alike gain little together. Enlarged faces are nearer to the
# size that the trunks were trained on (the card's table of what was tried has the linear probes).
TEACHERS = {
    "identity-72": Teacher(NetworkConfig(input_size=72, blocks=DLIBS_BLOCKS), seed=1),
    "identity-64": Teacher(
        NetworkConfig(input_size=64, blocks=DLIBS_BLOCKS, regions=8, attention_layers=2), seed=2
    ),
    "random-wide": Teacher(
        NetworkConfig(widths=(64, 128, 256, 512), blocks=(2, 3, 3, 2)), seed=3, begins=None
    ),
    "mobilenet-192": Teacher(MobileNetConfig(input_size=192, frozen=0), seed=4, begins="mobilenet"),
}
TEACHER = Recipe(epochs=60, batch_size=256, learning_rate=1.5e-3, trunk_pace=0.7, light_stretch=0.4)
STUDENT = replace(TEACHER, epochs=100, sharpness=1.5)
LABEL_SETS = ("fer2013", "ferplus")


def school(
    faces: Path,
    folder: Path,
    *,
    identity: Path,
    mobilenet: Path,
    teachers: Sequence[str] = tuple(TEACHERS),
    guests: Sequence[Path] = (),
    seeds: Sequence[int] = (1, 2, 3),
    teacher: Recipe = TEACHER,
    student: Recipe = STUDENT,
    processes: int = 1,
) -> dict:
    """Trains each teacher, then with every seed a student of their and the guests' mean answer, each in a
    folder of its own. ``guests`` are networks from elsewhere that teach as well.

    Returns what each reached on PublicTest in the epoch that PublicTest chose (0..1), the students' mean and
    sample deviation, and the student that PublicTest chooses. A stopped school goes on where it was.
    Raises BadFile and OtherRecipe.
    """
    if not teachers and not guests:
        raise BadFile("A student needs a teacher or a guest.")
    for path in guests:  # a wrong name is told before hours of training and not after
        load_teacher(path)
    run = partial(_run, faces, processes)
    packages = {"identity": {"identity": identity}, "mobilenet": {"mobilenet": mobilenet}, None: {}}
    reached = {}
    for name in teachers:
        made = TEACHERS[name]
        recipe = replace(teacher, network=made.network, seed=made.seed)
        reached[name] = run(folder / name, recipe, **packages[made.begins])
    ensemble = [*(folder / name / BEST for name in teachers), *guests]
    together, students = {}, {}
    for seed in seeds:
        name = f"student-{seed}"
        together = teach(ensemble, faces, folder / name)
        recipe = replace(student, seed=seed, teachers=tuple(map(digest, ensemble)))
        students[name] = run(folder / name, recipe, identity=identity, teachers=ensemble)
    return {
        "split": "PublicTest",
        "figures": "of the best epoch, chosen on PublicTest",
        "teachers": reached,
        "guests": {str(path): digest(path) for path in guests},
        "teachers_together_with_mirror_images": together,
        "students": students,
        "spread": {name: _spread([figures[name] for figures in students.values()]) for name in LABEL_SETS},
        "chosen": max(students, key=lambda run: sum(students[run][name] for name in LABEL_SETS)),
    }


def _run(faces: Path, processes: int, folder: Path, recipe: Recipe, **files: object) -> dict:
    check(recipe, faces, folder, **files)
    train_in_processes(processes, partial(train, recipe, faces, folder, **files))
    network, found = load_best(folder / BEST)
    figures = {name: found["figures"][name] for name in ("epoch", *LABEL_SETS)}
    return figures | {"macs": count_macs(network), "recipe": asdict(recipe)}


def _spread(accuracies: list[float]) -> dict:
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else None
    return {"mean": statistics.mean(accuracies), "deviation": deviation}
