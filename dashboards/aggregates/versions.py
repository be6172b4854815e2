"""Versions of the engagement formula: no number is made of scores of two."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from .cells import Cells

Versions = Mapping[int, str]  # bucket -> version


class Era(NamedTuple):
    """Buckets one after another whose scores one version made."""

    version: str
    first: int
    last: int


def versions(cells: Cells) -> Versions:
    """Of each bucket that has scores, the version that made the most of them, or a newer one that made as
    many."""
    votes: dict[int, Counter] = defaultdict(Counter)
    for own in cells.values():
        for bucket, cell in own.items():
            if cell.score is not None:
                votes[bucket][cell.engagement_version] += 1
    return {step: max(of, key=lambda version: (of[version], version)) for step, of in votes.items()}


def leading(made_by: Versions, merge: int) -> Versions:
    """Of each step of `merge` buckets the version that made the most of them, or a newer one."""
    votes: dict[int, Counter] = defaultdict(Counter)
    for bucket, version in made_by.items():
        votes[bucket // merge][version] += 1
    return {step: max(of, key=lambda version: (of[version], version)) for step, of in votes.items()}


def of_one_version(cells: Cells) -> Cells:
    """The same, but in each bucket without the scores of other versions than its own."""
    made_by = {cell.engagement_version for own in cells.values() for cell in own.values()}
    if len(made_by) < 2:
        return cells
    kept = versions(cells)
    return {
        consent: {
            bucket: cell
            if cell.engagement_version == kept.get(bucket)
            else cell._replace(score=None, probabilities=None)
            for bucket, cell in own.items()
        }
        for consent, own in cells.items()
    }


def eras(made_by: Versions) -> list[Era]:
    """In the order of time; a version comes again where a worker went back to it."""
    found = []
    for version, buckets in groupby(sorted(made_by), key=made_by.__getitem__):
        first, *rest = buckets
        found.append(Era(version, first, rest[-1] if rest else first))
    return found
