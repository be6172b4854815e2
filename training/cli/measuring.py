"""The commands that only look: ensemble, robustness, rare and plots; and card, which writes it down."""

import argparse
import json
from functools import partial
from pathlib import Path

import torch

from emotion.vision.recogniser import Recogniser
from training.cli.arguments import TEACHES, add_faces, add_split, add_weights
from training.data.dataset import Faces, load_faces, read_faces, with_votes
from training.data.video import frames_behind_hands, frames_of
from training.evaluation.ensemble import ensemble
from training.evaluation.ensemble import table as ensemble_table
from training.evaluation.rare import rare_classes
from training.evaluation.rare import table as rare_table
from training.evaluation.regions import describe, region_facts
from training.evaluation.robustness import robustness, table
from training.evaluation.trials.rows import Given
from training.evaluation.trials.table import table as trials_table
from training.evaluation.trials.table import trials
from training.evaluation.webcam import table as webcam_table
from training.evaluation.webcam import webcam_robustness
from training.fit.teachers import framings, mirrored
from training.reporting.card_tables import CARD, FIGURES, text_of, with_figures


def add_ensemble(commands: argparse._SubParsersAction) -> None:
    purpose = "Score trained networks alone, asked about several views of each face, and together."
    parser = commands.add_parser("ensemble", help=purpose, description=purpose)
    parser.set_defaults(command=ensemble_command)
    parser.add_argument("networks", type=Path, nargs="+", metavar="WEIGHTS", help=f"{TEACHES}; one or more")
    of_each = "ask about so many slightly moved views of each face; default: the face and its mirror image"
    parser.add_argument("--views", type=int, metavar="N", help=of_each)
    add_faces(parser)
    add_split(parser)


def add_robustness(commands: argparse._SubParsersAction) -> None:
    purpose = (
        "What blur, noise, light, JPEG, roll and small faces cost the served graph; what is refused that "
        "should not be read; are its regions real."
    )
    parser = commands.add_parser("robustness", help=purpose, description=purpose)
    parser.set_defaults(command=robustness_command)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, fractions 0 to 1")
    parser.add_argument("--video", type=Path, metavar="FILE", help="and on whole frames of a video of a face")
    parser.add_argument(
        "--nobody", type=Path, metavar="FOLDER", help="and on folders of pictures without a person"
    )
    parser.add_argument("--rows", type=int, metavar="N", help="so many rows of the split; default all")
    _add_source(parser)


def add_rare(commands: argparse._SubParsersAction) -> None:
    purpose = "What rare classes would gain, and the others lose, if answers leaned towards them."
    parser = commands.add_parser("rare", help=purpose, description=purpose)
    parser.set_defaults(command=rare_command)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, fractions 0 to 1")
    add_faces(parser)
    add_split(parser)
    add_weights(parser)


def add_plots(commands: argparse._SubParsersAction) -> None:
    purpose = "Learning curves of a run; confusion, reliability and region maps of the served graph, as .png."
    parser = commands.add_parser("plots", help=purpose, description=purpose)
    parser.set_defaults(command=plots_command)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="whose learning curves; default none")
    parser.add_argument(
        "--video", type=Path, metavar="FILE", help="of a face: the framing of its crops, and maps over some"
    )
    _add_source(parser)


def add_card(commands: argparse._SubParsersAction) -> None:
    purpose = "Write the tables and headlines of the model card anew, from what the other commands measured."
    parser = commands.add_parser("card", help=purpose, description=purpose)
    parser.set_defaults(command=card_command)
    parser.add_argument("--card", type=Path, default=CARD, metavar="MD", help="default %(default)s")
    parser.add_argument("--figures", type=Path, default=FIGURES, metavar="FOLDER", help="default %(default)s")
    add_weights(parser)


def ensemble_command(options: argparse.Namespace) -> None:
    views = mirrored
    if options.views:
        views = partial(framings, count=options.views, generator=torch.Generator().manual_seed(1))
    faces = load_faces(options.faces).of(options.split)
    print(ensemble_table(ensemble(options.networks, faces, views)))


def robustness_command(options: argparse.Namespace) -> None:
    recogniser, faces = Recogniser.load(options.weights), _faces(options)
    if options.rows:
        faces = faces.thinned(options.rows)
    found = {"version": recogniser.version, "split": options.split}
    frames = frames_of(options.video) if options.video else ()
    hands = frames_behind_hands(options.video) if options.video else {}
    given = Given(recogniser, faces, frames, options.nobody, hands)
    found |= {
        "trials": trials(given),
        "conditions": robustness(recogniser, faces),
        "regions": region_facts(recogniser, faces.images),
        "webcam": webcam_robustness(recogniser, options.video) if options.video else None,
    }
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    print(table(found["conditions"]), describe(found["regions"]), trials_table(found["trials"]), sep="\n\n")
    if options.video:
        print("", webcam_table(found["webcam"]), sep="\n")


def rare_command(options: argparse.Namespace) -> None:
    recogniser, faces = Recogniser.load(options.weights), load_faces(options.faces)
    found = rare_classes(recogniser, faces.of(options.split), faces.of("Training"))
    if options.json:
        kept = {"version": recogniser.version, "split": options.split} | found
        options.json.write_text(json.dumps(kept, indent=2) + "\n")
    print(rare_table(found))


def card_command(options: argparse.Namespace) -> None:
    before = text_of(options.card)
    after = with_figures(before, options.weights, options.figures)
    options.card.write_text(after)
    print(f"{options.card}: {'unchanged' if after == before else 'rewritten; its text may need a hand'}")


def plots_command(options: argparse.Namespace) -> None:
    from training.reporting.plots import plot  # matplotlib takes a second, and only this command needs it

    faces = _faces(options)
    recogniser = Recogniser.load(options.weights)
    for path in plot(recogniser, faces, options.out, run=options.run, video=options.video):
        print(path)


def _faces(options: argparse.Namespace) -> Faces:
    """The split, from the official files where they are named. Raises BadFile."""
    if options.images is None:
        return load_faces(options.faces).of(options.split)
    faces = read_faces(options.images)
    if options.votes:
        faces = with_votes(faces, options.votes)
    return faces.of(options.split)


def _add_source(parser: argparse.ArgumentParser) -> None:
    add_faces(parser)
    parser.add_argument(
        "--images", type=Path, metavar="CSV", help="fer2013.csv or .csv.gz, instead of --faces"
    )
    parser.add_argument("--votes", type=Path, metavar="CSV", help="fer2013new.csv or .csv.gz, with --images")
    add_split(parser)
    add_weights(parser)
