"""From the official FER2013 and FER+ files to served weights: prepare, train, distil, soup, export,
calibrate, evaluate; ablate, for what each attention is worth; and school, for all of it at its best, on a
GPU.
"""

import argparse
import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from emotion.vision.network import AttentionCNN
from emotion.vision.recogniser import Recogniser, WeightsMissing
from training.cli.arguments import (
    TEACHES,
    TRAINED,
    add_faces,
    add_identity,
    add_processes,
    add_recipe,
    add_split,
    add_weights,
    recipe_of,
)
from training.cli.fitness import add_fitness
from training.cli.inspection import add_card, add_ensemble, add_plots, add_rare, add_robustness
from training.cli.school import add_school
from training.data.dataset import SPLITS, BadFile, load_faces, occurs_in, read_faces, save_faces, with_votes
from training.evaluation.calibrate import calibrate
from training.evaluation.evaluate import evaluate, evaluate_faces, report
from training.evaluation.pictures import read_pictures, report_pictures
from training.fit.ablate import CELLS, RECIPE, ablate
from training.fit.export import GraphDisagrees, export, write_card
from training.fit.processes import train_in_processes
from training.fit.runs import check, load_best, teach, train
from training.fit.soup import soup
from training.fit.trainer import BEST, OtherRecipe


def main(arguments: list[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except (BadFile, WeightsMissing, OtherRecipe, GraphDisagrees) as error:
        sys.exit(f"training: {error}")


def prepare_command(options: argparse.Namespace) -> None:
    faces = with_votes(read_faces(options.images), options.votes)
    save_faces(faces, options.faces, small=options.small)
    counts = ", ".join(f"{split} {(faces.splits == split).sum()}" for split in SPLITS)
    print(f"{options.faces}: {counts}")


def train_command(options: argparse.Namespace) -> None:
    files = {
        "start_from": options.start_from,
        "identity": options.identity,
        "mobilenet": options.mobilenet,
        "teachers": options.teachers,
    }
    asked = (recipe_of(options), options.faces, options.run)
    check(*asked, **files)  # here, where what is wrong is one sentence and not a child's traceback
    if options.teachers:
        print(json.dumps({"teachers on PublicTest": teach(options.teachers, options.faces, options.run)}))
    train_in_processes(options.processes, partial(train, *asked, **files))


def soup_command(options: argparse.Namespace) -> None:
    figures = soup(options.networks, load_faces(options.faces).of("PublicTest"), options.run)
    print(json.dumps({str(options.run / BEST): figures}))


def ablate_command(options: argparse.Namespace) -> None:
    figures = ablate(
        replace(RECIPE, epochs=options.epochs, batch_size=options.batch_size),
        options.faces,
        options.run,
        cells=options.cells,
        seeds=options.seeds,
        identity=options.identity,
        processes=options.processes,
    )
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    for cell, reached in figures["cells"].items():
        fer2013, ferplus = (100 * reached[name]["mean"] for name in ("fer2013", "ferplus"))
        print(f"{cell:<7} FER2013 {fer2013:.2f} %  FER+ {ferplus:.2f} %  {reached['macs'] / 1e6:.0f} MMACs")


def export_command(options: argparse.Namespace) -> None:
    network, provenance = load_best(options.checkpoint)
    if not isinstance(network, AttentionCNN):
        raise BadFile(f"{options.checkpoint} holds a MobileNet, which can only teach.")
    training = None if options.fp32 else load_faces(options.faces).of("Training").images
    card = export(network, options.weights, calibration_faces=training, provenance=provenance)
    graph = card["graph"]
    print(f"{options.weights}: {card['version']}, {graph['precision']}, {graph['bytes'] / 1e6:.1f} MB")


def calibrate_command(options: argparse.Namespace) -> None:
    everything = load_faces(options.faces)
    faces = everything.of("PublicTest")
    card = calibrate(options.weights, faces)
    seen = occurs_in(faces.images, everything.of("Training").images)
    evaluation = evaluate_faces(Recogniser.load(options.weights), faces, seen)
    command = "python -m training evaluate --images fer2013.csv --votes fer2013new.csv --split PublicTest"
    card["metrics"] = {"command": command, "PublicTest": evaluation.for_card()}
    write_card(options.weights, card)
    print(f"temperature {card['temperature']}, abstention threshold {card['abstention']['threshold']}")
    print(report(evaluation))


def evaluate_command(options: argparse.Namespace) -> None:
    recogniser = Recogniser.load(options.weights)
    if options.pictures:
        found = read_pictures(options.pictures, recogniser, are_crops=options.crops)
        said, measured = report_pictures(found), {"version": recogniser.version} | found.as_dict()
    else:
        found = evaluate(recogniser, options.images, options.votes, options.split)
        said, measured = report(found), found.as_dict()
    print(said)
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_prepare(commands)
    _add_train(commands)
    _add_distil(commands)
    _add_soup(commands)
    _add_ablate(commands)
    add_school(commands)
    _add_export(commands)
    _add_calibrate(commands)
    _add_evaluate(commands)
    add_fitness(commands)
    add_ensemble(commands)
    add_robustness(commands)
    add_rare(commands)
    add_plots(commands)
    add_card(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction, name: str, work: object, purpose: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=purpose, description=purpose)
    parser.set_defaults(command=work)
    return parser


def _add_prepare(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands, "prepare", prepare_command, "Read the official files once, for all the other commands."
    )
    parser.add_argument("--images", type=Path, required=True, metavar="CSV", help="fer2013.csv or .csv.gz")
    parser.add_argument(
        "--votes", type=Path, required=True, metavar="CSV", help="fer2013new.csv or .csv.gz (FER+)"
    )
    packed = "two thirds of the size, to be carried elsewhere; takes two minutes"
    parser.add_argument("--small", action="store_true", help=packed)
    add_faces(parser)


def _add_train(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands, "train", train_command, "Train a network; goes on where the run in the folder stopped."
    )
    parser.set_defaults(teachers=[])
    add_recipe(parser)


def _add_distil(commands: argparse._SubParsersAction) -> None:
    purpose = "Train a network that also learns the mean answer of earlier ones; goes on where it stopped."
    parser = _command(commands, "distil", train_command, purpose)
    parser.add_argument(
        "--teachers", type=Path, nargs="+", required=True, metavar="WEIGHTS", help=f"{TEACHES}; one or more"
    )
    add_recipe(parser)


def _add_soup(commands: argparse._SubParsersAction) -> None:
    purpose = "Average the weights of trained networks into one, which costs what each of them does."
    parser = _command(commands, "soup", soup_command, purpose)
    parser.add_argument("networks", type=Path, nargs="+", metavar="WEIGHTS", help=f"{TRAINED}, of one shape")
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER", help="for its best.pt")
    add_faces(parser)


def _add_ablate(commands: argparse._SubParsersAction) -> None:
    purpose = "Train without, with one and with both attentions over several seeds; goes on where it stopped."
    parser = _command(commands, "ablate", ablate_command, purpose)
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER", help="e.g. runs/ablation")
    parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="write the figures here")
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=list(CELLS), help="default all four")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="default 1 2 3")
    parser.add_argument("--epochs", type=int, default=RECIPE.epochs, help="default %(default)s")
    parser.add_argument("--batch-size", type=int, default=RECIPE.batch_size, help="default %(default)s")
    add_identity(parser)
    add_processes(parser)
    add_faces(parser)


def _add_export(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands, "export", export_command, "Write graph, weights and card of a trained network."
    )
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="BEST_PT")
    parser.add_argument("--fp32", action="store_true", help="leave the graph unquantised (int8 otherwise)")
    add_weights(parser)
    add_faces(parser)


def _add_calibrate(commands: argparse._SubParsersAction) -> None:
    purpose = "Fit temperatures and abstention threshold of the served graph on PublicTest, into its card."
    parser = _command(commands, "calibrate", calibrate_command, purpose)
    add_weights(parser)
    add_faces(parser)


def _add_evaluate(commands: argparse._SubParsersAction) -> None:
    purpose = (
        "Score the served graph on a split of the official files, or on labelled pictures of any source."
    )
    parser = _command(commands, "evaluate", evaluate_command, purpose)
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--images", type=Path, metavar="CSV", help="fer2013.csv or .csv.gz")
    named = "instead of it: any pictures, in a folder for each expression (anger, happiness, ...)"
    asked.add_argument("--pictures", type=Path, metavar="FOLDER", help=named)
    cut = "the pictures are faces cut out as FER2013 does; without it the worker's detector finds them"
    parser.add_argument("--crops", action="store_true", help=cut)
    parser.add_argument(
        "--votes", type=Path, metavar="CSV", help="fer2013new.csv or .csv.gz; without it, only FER2013"
    )
    add_split(parser)
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures here, fractions from 0 to 1"
    )
    add_weights(parser)


if __name__ == "__main__":
    main()
