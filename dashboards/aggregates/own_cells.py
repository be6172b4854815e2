"""One student's cells: columns for arithmetic, and objects for whoever reads one after the other."""

import math
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

import numpy as np

from emotion.buckets import Cell
from emotion.summary_tables import FACES, ROW, Table

from .arrays import Array, Floats, Ints


class OwnCells(Mapping[int, Cell]):
    """One student's cells by bucket, oldest first."""

    def __init__(self, table: Table) -> None:
        """`table` is sorted by bucket."""
        self.table = table

    @classmethod
    def of(cls, cells: Mapping[int, Cell]) -> "OwnCells":
        if isinstance(cells, OwnCells):
            return cells
        rows = [_row(bucket, cells[bucket]) for bucket in sorted(cells)]
        return cls(np.array(rows, dtype=ROW))

    @property
    def buckets(self) -> Ints:
        return self.table["bucket"]

    @property
    def scores(self) -> Floats:
        """NaN where there is none."""
        return self.table["score"]

    def scores_at(self, buckets: Ints) -> Floats:
        """The score in each of these buckets, which ascend; NaN where there is none."""
        found = np.full(len(buckets), np.nan)
        if len(buckets):
            own = self.within(int(buckets[0]), int(buckets[-1]))
            places = np.searchsorted(buckets, own.buckets)
            is_asked = buckets[places] == own.buckets
            found[places[is_asked]] = own.scores[is_asked]
        return found

    @property
    def last_reading(self) -> float:
        """The time of the last reading in seconds since 1970, or 0 if there is none."""
        return float(self.table["last"][-1]) if len(self.table) else 0.0

    @property
    def scored(self) -> "OwnCells":
        return self._only(~np.isnan(self.scores))

    @cached_property
    def versions(self) -> frozenset[str]:
        """All versions of the formula among them."""
        made_by = self.table["version"]
        # Nearly always there is one, and to sort them is dear.
        if len(made_by) and (made_by == made_by[0]).all():
            made_by = made_by[:1]
        return frozenset(version.decode() for version in np.unique(made_by).tolist())

    def versions_by_bucket(self) -> Iterator[tuple[int, str]]:
        for bucket, version in zip(self.buckets.tolist(), self.table["version"].tolist(), strict=True):
            yield bucket, version.decode()

    def within(self, first: int, last: int) -> "OwnCells":
        """Return the cells of the buckets from `first` to `last`."""
        begin, end = np.searchsorted(self.buckets, (first, last + 1))
        return OwnCells(self.table[begin:end])

    def since(self, moment: float) -> "OwnCells":
        """Return the cells whose first reading is not older than this moment, in seconds since 1970."""
        return self._only(self.table["first"] >= moment)

    def scored_by(self, kept: Mapping[int, str]) -> "OwnCells":
        """Return the cells without scores that another version made than the one kept for their bucket."""
        is_kept = np.array([kept.get(bucket) == made_by for bucket, made_by in self.versions_by_bucket()])
        if is_kept.all():
            return self
        table = self.table.copy()
        table["score"][~is_kept], table["probabilities"][~is_kept] = np.nan, np.nan
        return OwnCells(table)

    def _only(self, which: Array) -> "OwnCells":
        return self if which.all() else OwnCells(self.table[which])

    @cached_property
    def _by_bucket(self) -> dict[int, Cell]:
        columns = (self.table[name].tolist() for name in ROW.names or ())
        return {bucket: _cell(*values) for bucket, *values in zip(*columns, strict=True)}

    def __getitem__(self, bucket: int) -> Cell:
        return self._by_bucket[bucket]

    def __iter__(self) -> Iterator[int]:
        return iter(self.buckets.tolist())

    def __len__(self) -> int:
        return len(self.table)


NOTHING = OwnCells(np.empty(0, dtype=ROW))


def _row(bucket: int, cell: Cell) -> tuple[object, ...]:
    counts = tuple(cell.faces.get(face, 0) for face in FACES)
    score = np.nan if cell.score is None else cell.score
    means = np.nan if cell.probabilities is None else cell.probabilities
    return bucket, cell.first, cell.last, counts, cell.engagement_version.encode(), score, means


def _cell(
    first: float, last: float, counts: list[int], version: bytes, score: float, means: list[float]
) -> Cell:
    faces, made_by = _faces(tuple(counts)), version.decode()
    if math.isnan(score):
        return Cell(first, last, faces, None, None, made_by)
    return Cell(first, last, faces, score, tuple(means), made_by)


# An hour's cells have few different counts: of most only that a face was seen ten times.
@lru_cache(maxsize=10_000)
def _faces(counts: tuple[int, ...]) -> dict[str, int]:
    """Shared by all cells with these counts, so it is read only."""
    return {face: count for face, count in zip(FACES, counts, strict=True) if count}
