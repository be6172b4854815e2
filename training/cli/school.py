"""python -m training school: teachers, then students of what all of them say."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch

from training.cli.arguments import TEACHES, TRAINED, add_faces, add_identity, add_mobilenet, add_processes
from training.fit.school import STUDENT, TEACHER, TEACHERS, school
from training.fit.trainer import BEST


def add_school(commands: argparse._SubParsersAction) -> None:
    purpose = "Train larger teachers, then students of all they say; goes on where it stopped. Wants a GPU."
    parser = commands.add_parser("school", help=purpose, description=purpose)
    parser.set_defaults(command=school_command)
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER", help="e.g. runs/school")
    parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="write the figures here")
    parser.add_argument(
        "--teachers", nargs="*", choices=TEACHERS, default=list(TEACHERS), help="default all: %(default)s"
    )
    parser.add_argument(
        "--guests", type=Path, nargs="*", default=[], metavar="WEIGHTS", help=f"teach as well: {TEACHES}"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of students; default 1 2 3")
    start = f"students begin with these and not with dlib's trunk: {TRAINED}"
    parser.add_argument("--start-from", type=Path, metavar="WEIGHTS", help=start)
    by_the_clock = "each teacher and each student ends after so long instead, whatever its epochs"
    parser.add_argument("--minutes", type=float, help=by_the_clock)
    together = "all teachers at the same time, then all students; default where there is a GPU"
    parser.add_argument(
        "--at-once", action=argparse.BooleanOptionalAction, default=torch.cuda.is_available(), help=together
    )
    parser.add_argument("--teacher-epochs", type=int, default=TEACHER.epochs, help="default %(default)s")
    parser.add_argument("--student-epochs", type=int, default=STUDENT.epochs, help="default %(default)s")
    parser.add_argument("--batch-size", type=int, default=STUDENT.batch_size, help="default %(default)s")
    add_identity(parser, required=True)
    add_mobilenet(parser, required=True)
    add_processes(parser)
    add_faces(parser)


def school_command(options: argparse.Namespace) -> None:
    given = {"minutes": options.minutes, "batch_size": options.batch_size}
    figures = school(
        options.faces,
        options.run,
        identity=options.identity,
        mobilenet=options.mobilenet,
        start_from=options.start_from,
        teachers=options.teachers,
        guests=options.guests,
        seeds=options.seeds,
        teacher=replace(TEACHER, epochs=options.teacher_epochs, **given),
        student=replace(STUDENT, epochs=options.student_epochs, **given),
        at_once=options.at_once,
        processes=options.processes,
    )
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    together = {"teachers, mirrored": figures["teachers_together_with_mirror_images"]}
    rows = figures["teachers"] | together | figures["students"]
    for name, reached in rows.items():
        print(f"{name:<18} FER2013 {100 * reached['fer2013']:.2f} %  FER+ {100 * reached['ferplus']:.2f} %")
    print(f"chosen by PublicTest: {options.run / figures['chosen'] / BEST}")
