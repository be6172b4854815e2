"""The smallest-group rule: what a page may show of a class without showing it of one class-only student.

Own lines are on the same pages, so a reader can subtract them from any number about the class.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from django.conf import settings

from .arrays import Bools, Floats, Ints
from .roster import RosterEntry

TOO_FEW = "too few to show"
# Added to the smallest group. With fewer cameras, nothing is shown of class-only students; about as many,
# with secret noise, must be measured.
MARGIN = 2


class GroupSizes(NamedTuple):
    """How many students of each kind there are in each step, (T,)."""

    own: Ints
    class_only: Ints
    # Students who stopped showing their line and are class-only since.
    taken_back: Ints


def smallest_group(roster: Iterable[RosterEntry]) -> int:
    """The largest smallest group that a class-only student was promised, or that is set today."""
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
    may_show = are_enough(filmed, smallest) & (group >= smallest) & (about >= smallest + MARGIN)
    everybody = (cameras == 0) | may_show
    only_own = ~everybody & (measured.own >= settings.SMALLEST_GROUP)
    return everybody, only_own


def hiding_each_other(of: GroupSizes) -> Ints:
    """How many students hide each other.

    A line that was shown may have been noted down and be subtracted, so it makes no group larger. Only where
    all lines were shown do they hide each other.
    """
    return np.where(of.class_only > 0, of.class_only, of.taken_back)


def are_enough(filmed: GroupSizes, smallest: int) -> Bools:
    """Whether anything is shown of class-only students.

    Only cameras decide it, which a teacher sees anyway.
    """
    return hiding_each_other(filmed) >= smallest + MARGIN


def consents_to_show(roster: Iterable[RosterEntry]) -> set[int]:
    """The consents of which a page may show when a picture arrived.

    Those of few class-only students are left out: the time would be known to be one student's.
    """
    deciders = [entry for entry in roster if entry.consent_id is not None]
    everybody = {entry.consent_id for entry in deciders if entry.consent_id is not None}
    class_only = {entry.consent_id for entry in deciders if entry.is_class_only}
    may_show = len(class_only) >= smallest_group(deciders) + MARGIN
    return everybody if may_show else everybody - class_only


def group_sizes(whom: Bools, own: Bools, back: Bools) -> GroupSizes:
    """(N, T) each: of `whom`, how many share their own line, and of the others how many took it `back`."""
    own_lines, class_only, taken_back = (
        (whom & kind).sum(axis=0) for kind in (own, ~own & ~back, ~own & back)
    )
    return GroupSizes(own_lines, class_only, taken_back)
