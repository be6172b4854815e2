"""Teachers that look closer than a served network may, then several students of what all of them say."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from emotion.vision.network import NetworkConfig, count_macs
from training.data.dataset import BadFile
from training.fit.identity import BLOCKS
from training.fit.mobilenet import MobileNetConfig
from training.fit.processes import train_at_once, train_in_processes
from training.fit.runs import check, load_best, load_teacher, teach, train
from training.fit.teachers import digest
from training.fit.trainer import BEST, Recipe


@dataclass(frozen=True)
class Teacher:
    network: NetworkConfig | MobileNetConfig
    seed: int
    begins: str | None = "identity"  # with the trunk of this package, or at random
    trunk_pace: float = 0.7


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
    "mobilenet-192": Teacher(
        MobileNetConfig(input_size=192, frozen=0), seed=4, begins="mobilenet", trunk_pace=0.4
    ),
}
TEACHER = Recipe(
    epochs=60, batch_size=256, learning_rate=1.5e-3, trunk_pace=0.7, light_stretch=0.4, sharpness=1.5
)
STUDENT = replace(TEACHER, epochs=100, sharpness=2, fer2013_weight=0.3, views=1)
LABEL_SETS = ("fer2013", "ferplus")


@dataclass(frozen=True)
class Run:
    folder: Path
    recipe: Recipe
    files: dict  # what ``train`` is to begin with and to be taught by


def school(
    faces: Path,
    folder: Path,
    *,
    identity: Path,
    mobilenet: Path,
    start_from: Path | None = None,
    teachers: Sequence[str] = tuple(TEACHERS),
    guests: Sequence[Path] = (),
    seeds: Sequence[int] = (1, 2, 3),
    teacher: Recipe = TEACHER,
    student: Recipe = STUDENT,
    at_once: bool = False,
    processes: int = 1,
) -> dict:
    """Trains each teacher, then with every seed a student of their and the guests' mean answer, each in a
    folder of its own: first all teachers ``at_once``, then all students, or one after the other in so many
    ``processes``. ``guests`` are networks from elsewhere that teach as well. Students begin with the weights
    ``start_from``, or else with dlib's trunk.

    Returns what each reached on PublicTest in the epoch that PublicTest chose (0..1), the students' mean and
    sample deviation, and the student that PublicTest chooses. A stopped school goes on where it was.
    Raises BadFile and OtherRecipe.
    """
    if not teachers and not guests:
        raise BadFile("A student needs a teacher or a guest.")
    for path in guests:  # a wrong name is told before hours of training and not after
        load_teacher(path)
    begins = {"identity": {"identity": identity}, "mobilenet": {"mobilenet": mobilenet}, None: {}}
    teacher_runs = {}
    for name in teachers:
        made = TEACHERS[name]
        recipe = replace(teacher, network=made.network, seed=made.seed, trunk_pace=made.trunk_pace)
        teacher_runs[name] = Run(folder / name, recipe, begins[made.begins])
    reached = _train(teacher_runs, faces, at_once=at_once, processes=processes)
    ensemble = [*(folder / name / BEST for name in teachers), *guests]
    taught_by = tuple(map(digest, ensemble))
    begin = {"start_from": start_from} if start_from else begins["identity"]
    together, student_runs = {}, {}
    for seed in seeds:
        name = f"student-{seed}"
        together = teach(ensemble, faces, folder / name)
        recipe = replace(student, seed=seed, teachers=taught_by)
        student_runs[name] = Run(folder / name, recipe, begin | {"teachers": ensemble})
    students = _train(student_runs, faces, at_once=at_once, processes=processes)
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


def _train(runs: dict[str, Run], faces: Path, *, at_once: bool, processes: int) -> dict[str, dict]:
    """What each reached, by name."""
    for run in runs.values():
        check(run.recipe, faces, run.folder, **run.files)
    works = [partial(train, run.recipe, faces, run.folder, **run.files) for run in runs.values()]
    if at_once and works:
        train_at_once(works)
    else:
        for work in works:
            train_in_processes(processes, work)
    return {name: _reached(run) for name, run in runs.items()}


def _reached(run: Run) -> dict:
    network, found = load_best(run.folder / BEST)
    figures = {name: found["figures"][name] for name in ("epoch", *LABEL_SETS)}
    return figures | {"macs": count_macs(network), "recipe": asdict(run.recipe)}


def _spread(accuracies: list[float]) -> dict:
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else None
    return {"mean": statistics.mean(accuracies), "deviation": deviation}
