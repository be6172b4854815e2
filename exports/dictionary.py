"""The data dictionary: what each column of each table means, in which unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .columns import Column, Row, columns_of
from .schema import TABLES


@dataclass(frozen=True)
class Entry:
    table: str
    grain: str
    column: Column


def tables(*, camera: bool) -> Mapping[str, type[Row]]:
    """The tables that say anything of a session with cameras, or without."""
    return {name: table for name, table in TABLES.items() if columns_of(table, camera=camera)}


def dictionary(*, camera: bool) -> Iterator[Entry]:
    for name, table in tables(camera=camera).items():
        for column in columns_of(table, camera=camera):
            yield Entry(name, table.grain, column)
