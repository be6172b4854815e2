"""The smallest-group rule: what may be said of a class without saying it of one who only counts in it.

Own lines are on the same pages, and whoever knows them can subtract them from any number about the class.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from django.conf import settings

from .seats import Seat

TOO_FEW = "too few to show"
# Above the smallest group: with fewer cameras than both together, nothing is told of who only counts in the
# class. As many, give or take the noise, must be measured.
MARGIN = 2


class Kinds(NamedTuple):
    """How many in each step, (T,): who share their line, only count in the class, stopped showing their line
    and only count in the class since."""

    own: np.ndarray
    class_only: np.ndarray
    taken_back: np.ndarray


def smallest_group(seats: Iterable[Seat]) -> int:
    """The strictest that any of these who only count in the class was promised, or what is set today."""
    promised = [seat.smallest_group for seat in seats if seat.is_class_only]
    return max(promised, default=settings.SMALLEST_GROUP)


def may_count(
    measured: Kinds, filmed: Kinds, noise: np.ndarray, smallest: int
) -> tuple[np.ndarray, np.ndarray]:
    """(count everybody, count those who share their own line), for each step.

    What is left of a class mean without the own lines is that of the class-only students, so they must be
    enough themselves. Otherwise they are left out, and the class is those who share their line: any number
    where no class-only student has a camera on, otherwise SMALLEST_GROUP, or it is no class.

    `noise` is secret and drawn for each step: a limit that is known, and reached with puppets, would say of
    one student whether a face was seen.
    """
    group, cameras = company(measured), company(filmed)
    about = np.round(group + noise)
    are_told = are_enough(filmed, smallest) & (group >= smallest) & (about >= smallest + MARGIN)
    everybody = (cameras == 0) | are_told
    only_own = ~everybody & (measured.own >= settings.SMALLEST_GROUP)
    return everybody, only_own


def company(of: Kinds) -> np.ndarray:
    """How many hide each other. A line that was shown may have been noted down and be subtracted: it makes
    no group larger, and only where all lines were shown do they stand in for each other."""
    return np.where(of.class_only > 0, of.class_only, of.taken_back)


def are_enough(filmed: Kinds, smallest: int) -> np.ndarray:
    """Whether anything is told of those who only count in the class. Only cameras decide it: a teacher sees
    them anyway."""
    return company(filmed) >= smallest + MARGIN


def consents_to_tell(seats: Iterable[Seat]) -> set[int]:
    """Of these, whose pictures a page may say to have arrived: one class-only student's would be known."""
    deciders = [seat for seat in seats if seat.consent_id is not None]
    class_only = {seat.consent_id for seat in deciders if seat.is_class_only}
    told = {seat.consent_id for seat in deciders} - class_only
    return told | class_only if len(class_only) >= smallest_group(deciders) + MARGIN else told


def by_kind(whom: np.ndarray, own: np.ndarray, back: np.ndarray) -> Kinds:
    return Kinds(*((whom & kind).sum(axis=0) for kind in (own, ~own & ~back, ~own & back)))
