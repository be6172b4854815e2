"""Names that commands and options had before version 0.2. They work as hidden aliases of the present ones."""

from collections.abc import Sequence
from types import MappingProxyType

COMMANDS = MappingProxyType({"rare": "logit-adjustment", "school": "distillation-pipeline"})
OPTIONS = MappingProxyType(
    {
        "--card": "--documents",
        "--guests": "--extra-teachers",
        "--light-stretch": "--low-augmentation-fraction",
        "--sharpness": "--vote-power",
        "--teaching": "--distillation-weight",
        "--trunk-pace": "--backbone-lr-scale",
    }
)


def with_current_names(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command line, the command first, with the names of this version."""
    command, *options = arguments or [""]
    return [COMMANDS.get(command, command), *map(_current, options)] if arguments else []


def _current(word: str) -> str:
    option, equals, value = word.partition("=")
    return OPTIONS.get(option, option) + equals + value
