"""Versions of the engagement formula: no number is made of scores of two."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

import numpy as np

from .readings import Cells

Versions = Mapping[int, str]
"""The version that made the scores of a bucket, or of a longer step."""


class Era(NamedTuple):
    """Buckets one after another whose scores one version made."""

    version: str
    first: int
    last: int


def versions(cells: Cells) -> Versions:
    """Return for each bucket with scores the version that made most of them, and the newer of two that
    made as many."""
    scored = [own.scored for own in cells.values()]
    if len(known := all_versions(cells)) == 1:
        (version,) = known
        return dict.fromkeys(np.unique(np.concatenate([own.buckets for own in scored])).tolist(), version)
    return _most_common(pair for own in scored for pair in own.versions_by_bucket())


def all_versions(cells: Cells) -> set[str]:
    return set().union(*(own.versions for own in cells.values()))


def leading(made_by: Versions, merge: int) -> Versions:
    """Return for each step of `merge` buckets the version that made most of them, and the newer of two."""
    return _most_common((bucket // merge, version) for bucket, version in made_by.items())


def _most_common(made: Iterable[tuple[int, str]]) -> Versions:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for step, version in made:
        counts[step][version] += 1
    return {step: max(of, key=lambda version: (of[version], version)) for step, of in counts.items()}


def of_one_version(cells: Cells) -> Cells:
    """The cells without those scores that another version made than most of their bucket."""
    if len(all_versions(cells)) < 2:
        return cells
    kept = versions(cells)
    return {consent: own.scored_by(kept) for consent, own in cells.items()}


def eras(made_by: Versions) -> list[Era]:
    """Return the stretches of one version each, oldest first. A worker may go back to an earlier version."""
    found = []
    for version, buckets in groupby(sorted(made_by), key=made_by.__getitem__):
        first, *rest = buckets
        found.append(Era(version, first, rest[-1] if rest else first))
    return found
