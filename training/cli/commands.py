"""All commands, and how a command line becomes one."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Union

import tyro

from training.cli import fitting, measuring
from training.cli.fitness import Fitness
from training.cli.lowered import Lowered
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


def command_of(arguments: Sequence[str], *, description: str | None) -> Callable[[], None]:
    """The command that these arguments name, with its options, ready to be called.

    Exits with a message where they name none, or where an option is unknown or unfit.
    """
    kinds = tuple(Annotated[kind, tyro.conf.subcommand(name)] for name, kind in STEPS.items())
    return tyro.cli(
        Union[kinds],  # noqa: UP007
        args=with_current_names(arguments),
        prog="python -m training",
        description=description,
        config=(tyro.conf.FlagCreatePairsOff,),
    )
