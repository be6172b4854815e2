"""What students said, step by step: while it counts, and while they are in class."""

import uuid
from datetime import UTC, datetime

from classroom.models import Pulse
from dashboards.aggregates.class_history import class_history
from dashboards.aggregates.roster import Period, RosterEntry

ANNA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)


def here(who: uuid.UUID, begin: float = 0.0, left: float | None = None) -> RosterEntry:
    return RosterEntry(
        id=who,
        name="",
        joined=begin,
        left=left,
        was_removed=False,
        level=None,
        consent_id=None,
        states=((begin, "present"), *(((left, "left"),) if left else ())),
        withdrawn=(),
    )


def said(who: uuid.UUID, at: float, kind: str = "lost", value: int | None = None) -> Pulse:
    return Pulse(participant_id=who, kind=kind, value=value, at=datetime.fromtimestamp(at, UTC))


def counts(name: str, *pulses: Pulse, until: float = 60, roster=None, **facts) -> list[int]:
    facts = {"seen_lost": [], "hands": []} | facts
    made = class_history(roster or [here(ANNA), here(BEN)], pulses, first=0, until=until, **facts)
    return made.counts[name].tolist()


def test_presence_is_who_is_there_at_the_end_of_a_step():
    assert counts("present", roster=[here(ANNA), here(BEN, 15, left=35)]) == [1, 2, 2, 1, 1, 1, 1]


def test_a_word_counts_until_another_one_or_until_it_is_old():
    assert counts("too_fast", said(ANNA, 5, "pace", 1), said(ANNA, 35, "pace", 0)) == [1, 1, 1, 0, 0, 0, 0]
    lost = counts("lost", said(ANNA, 5), until=320)
    assert (lost[0], lost[29], lost[31]) == (1, 1, 0)


def test_nobody_is_lost_after_got_it_or_after_taking_it_back():
    assert counts("lost", said(ANNA, 5), said(BEN, 5), seen_lost=[25]) == [2, 2, 0, 0, 0, 0, 0]
    assert counts("lost", said(ANNA, 5), said(ANNA, 25, "lost", 0)) == [1, 1, 0, 0, 0, 0, 0]


def test_who_has_left_is_not_lost_any_more():
    assert counts("lost", said(BEN, 5), roster=[here(ANNA), here(BEN, left=25)]) == [1, 1, 0, 0, 0, 0, 0]


def test_hands_and_the_step_that_is_going_on():
    assert counts("hands", hands=[Period(5, 25), Period(58, float("inf"))]) == [1, 1, 0, 0, 0, 1, 1]


def test_each_step_has_its_time():
    made = class_history([here(ANNA)], [], seen_lost=[], hands=[], first=0, until=15)
    assert made.by_time() == {0: [1, 0, 0, 0, 0, 0, 0], 10000: [1, 0, 0, 0, 0, 0, 0]}
