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
    if not arguments:
        return []
    command, *options = arguments
    words = (option.partition("=") for option in options)
    current = [OPTIONS.get(name, name) + equals + value for name, equals, value in words]
    return [COMMANDS.get(command, command), *current]
