"""The smallest-group rule: what may be said of a class without saying it of one who only counts in it.

Own lines are on the same pages, and whoever knows them can subtract them from any number about the class.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from django.conf import settings

from .arrays import Bools, Floats, Ints
from .roster import RosterEntry

TOO_FEW = "too few to show"
# Above the smallest group: with fewer cameras than both together, nothing is told of who only counts in the
# class. As many, give or take the noise, must be measured.
MARGIN = 2


class GroupSizes(NamedTuple):
    """How many students of each kind there are in each step, (T,)."""

    own: Ints
    class_only: Ints
    # Those who stopped showing their line and only count in the class since.
    taken_back: Ints


def smallest_group(roster: Iterable[RosterEntry]) -> int:
    """The strictest that any of these who only count in the class was promised, or what is set today."""
    promised = [entry.smallest_group for entry in roster if entry.is_class_only]
    return max(promised, default=settings.SMALLEST_GROUP)


def may_count(measured: GroupSizes, filmed: GroupSizes, noise: Floats, smallest: int) -> tuple[Bools, Bools]:
    """(count everybody, count those who share their own line), for each step.

    What is left of a class mean without the own lines is that of the class-only students, so they must be
    enough themselves. Otherwise they are left out, and the class is those who share their line: any number
    where no class-only student has a camera on, otherwise SMALLEST_GROUP, or it is no class.

    `noise` is secret and drawn for each step: a limit that is known, and reached with puppets, would say of
    one student whether a face was seen.
    """
    group, cameras = hiding_each_other(measured), hiding_each_other(filmed)
    about = np.round(group + noise)
    are_told = are_enough(filmed, smallest) & (group >= smallest) & (about >= smallest + MARGIN)
    everybody = (cameras == 0) | are_told
    only_own = ~everybody & (measured.own >= settings.SMALLEST_GROUP)
    return everybody, only_own


def hiding_each_other(of: GroupSizes) -> Ints:
    """How many hide each other. A line that was shown may have been noted down and be subtracted: it makes
    no group larger, and only where all lines were shown do they stand in for each other."""
    return np.where(of.class_only > 0, of.class_only, of.taken_back)


def are_enough(filmed: GroupSizes, smallest: int) -> Bools:
    """Whether anything is told of those who only count in the class. Only cameras decide it: a teacher sees
    them anyway."""
    return hiding_each_other(filmed) >= smallest + MARGIN


def consents_to_tell(roster: Iterable[RosterEntry]) -> set[int]:
    """Of these, whose pictures a page may say to have arrived: one class-only student's would be known."""
    deciders = [entry for entry in roster if entry.consent_id is not None]
    everybody = {entry.consent_id for entry in deciders if entry.consent_id is not None}
    class_only = {entry.consent_id for entry in deciders if entry.is_class_only}
    are_told = len(class_only) >= smallest_group(deciders) + MARGIN
    return everybody if are_told else everybody - class_only


def group_sizes(whom: Bools, own: Bools, back: Bools) -> GroupSizes:
    """(N, T) each: of `whom`, how many share their own line, and of the others how many took it `back`."""
    own_lines, class_only, taken_back = (
        (whom & kind).sum(axis=0) for kind in (own, ~own & ~back, ~own & back)
    )
    return GroupSizes(own_lines, class_only, taken_back)
