"""All commands, and how a command line becomes one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Union

import tyro
from tyro.conf import OmitArgPrefixes, Positional, arg

from training.cli import fitting, measuring
from training.cli.fitness import Fitness
from training.cli.lowered import Lowered
from training.cli.recipes import Data, Recipe
from training.cli.renamed import with_current_names

STEPS: Mapping[str, type] = MappingProxyType(
    {
        "prepare": fitting.Prepare,
        "train": fitting.Train,
        "distil": fitting.Distil,
        "soup": fitting.Soup,
        "export": fitting.Export,
        "calibrate": measuring.Calibrate,
        "evaluate": measuring.Evaluate,
        "distillation-pipeline": fitting.DistillationPipeline,
        "ablate": fitting.Ablate,
        "fitness": Fitness,
        "lowered": Lowered,
        "detector": fitting.Detector,
        "ensemble": measuring.Ensemble,
        "robustness": measuring.Robustness,
        "logit-adjustment": measuring.LogitAdjustment,
        "framing": measuring.Framing,
        "plots": measuring.Plots,
        "card": measuring.Card,
    }
)


@dataclass(frozen=True)
class Run:
    """Run the steps of a recipe file, or continue with them."""

    recipe: Annotated[Positional[Path], arg(metavar="TOML")]
    """E.g. recipes/two-cores.toml."""
    data: OmitArgPrefixes[Data] = field(default_factory=Data)

    def __call__(self) -> None:
        recipe = Recipe.read(self.recipe, self.data, STEPS)
        recipe.run(partial(command_of, description=None))


def command_of(arguments: Sequence[str], *, description: str | None) -> Callable[[], None]:
    """The command that these arguments name, with its options, ready to be called.

    Exits with a message where they name none, or where an option is unknown or unfit.
    """
    commands = {**STEPS, "run": Run}
    kinds = tuple(Annotated[kind, tyro.conf.subcommand(name)] for name, kind in commands.items())
    any_of_them: Any = Union[kinds]  # noqa: UP007
    return tyro.cli(
        any_of_them,
        args=with_current_names(arguments),
        prog="python -m training",
        description=description,
    )
