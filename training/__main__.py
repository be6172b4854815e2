"""Train, measure and export the expression network, from the official FER2013 and FER+ files."""

import sys
from collections.abc import Sequence

from emotion.vision.recogniser import WeightsMissing
from training.cli.commands import command_of
from training.data.dataset import BadFile
from training.fit.export import GraphDisagrees
from training.fit.trainer import OtherRecipe


def main(arguments: Sequence[str] | None = None) -> None:
    command = command_of(sys.argv[1:] if arguments is None else arguments, description=__doc__)
    try:
        command()
    except (BadFile, WeightsMissing, OtherRecipe, GraphDisagrees) as error:
        sys.exit(f"training: {error}")


if __name__ == "__main__":
    main()
