"""The smallest-group rule: what may be said of a class without saying it of one who only counts in it.

Own lines are on the same pages, and whoever knows them can subtract them from any number about the class.
"""

from collections.abc import Iterable

import numpy as np
from django.conf import settings

from .seats import Seat

TOO_FEW = "too few to show"


def smallest_group(seats: Iterable[Seat]) -> int:
    """The strictest that any of these who only count in the class was promised, or what is set today."""
    promised = [seat.smallest_group for seat in seats if seat.is_class_only]
    return max(promised, default=settings.SMALLEST_GROUP)


def may_count(
    own_lines: np.ndarray, class_only: np.ndarray, taken_back: np.ndarray, smallest: int
) -> tuple[np.ndarray, np.ndarray]:
    """(count everybody, count those who share their own line), for each step.

    What is left of a class mean without the own lines is that of the class-only students, so they must be
    enough themselves. Otherwise they are left out, and the class is those who share their line: any number
    where no class-only student is measured, otherwise SMALLEST_GROUP, or it is no class. `taken_back` are
    class-only students whose line was shown at that time.
    """
    everybody = are_enough(class_only, taken_back, smallest)
    only_own = ~everybody & (own_lines >= settings.SMALLEST_GROUP)
    return everybody, only_own


def are_enough(class_only: np.ndarray, taken_back: np.ndarray, smallest: int) -> np.ndarray:
    """Nobody, or the smallest group. A line that was shown may have been noted down and be subtracted: it
    makes no group larger, and only where all lines were shown do they stand in for each other.
    """
    group = np.where(class_only > 0, class_only, taken_back)
    return (group == 0) | (group >= smallest)


def consents_to_tell(seats: Iterable[Seat]) -> set[int]:
    """Of these, whose pictures a page may say to have arrived: one class-only student's would be known."""
    deciders = [seat for seat in seats if seat.consent_id is not None]
    class_only = {seat.consent_id for seat in deciders if seat.is_class_only}
    told = {seat.consent_id for seat in deciders} - class_only
    return told | class_only if len(class_only) >= smallest_group(deciders) else told


def by_kind(whom: np.ndarray, own: np.ndarray, back: np.ndarray) -> list[np.ndarray]:
    """How many in each step share their line, only count in the class, took their line back: each (T,)."""
    return [(whom & kind).sum(axis=0) for kind in (own, ~own & ~back, ~own & back)]


def may_be_told(
    measured: np.ndarray, on: np.ndarray, own: np.ndarray, back: np.ndarray, smallest: int
) -> np.ndarray:
    """`measured`, with everybody in it whose camera was on where too few only count in the class.

    In a class with one such student, the number of the measured would say whether a face was seen.
    """
    on = on | measured  # a reading may reach a step that the camera's state has just left
    _, class_only, taken_back = by_kind(on, own, back)
    return np.where(~are_enough(class_only, taken_back, smallest) & ~own, on, measured)
