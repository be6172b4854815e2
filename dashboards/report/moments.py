"""Moments to revisit: what stood out in a lesson, by what the report publishes. No name is part of a moment.

What students said themselves counts more than what a model saw of their faces. Where nothing stands out,
there is no moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Kind, Question
from config.locales import duration_text, percent_text
from dashboards.aggregates.trend import Dip
from dashboards.times import to_datetime

from .questions import AskedQuestion

MOST = 3
# Two within a minute of each other are one.
APART = 60.0
# Lost students stand out from two on, and from a tenth of the class.
LEAST_LOST, LOST_SHARE = 2, 0.1
# The largest share of right answers with which a question stands out, and the fewest answers to tell.
RIGHT_SHARE, LEAST_ANSWERS = 0.6, 5
# Two answers split a class if each has so much of it.
SPLIT_SHARE = 0.35
# Hands of so many students at once, or one that waited so long.
HANDS_AT_ONCE, LONG_WAIT = 3, timedelta(minutes=3)
# A dip of the class average that is shorter is none.
DIP_LASTS = 120.0
# What one point of each kind weighs. Most of a class that is lost is 1.
WEIGHTS = {"lost": 1.0, "wrong": 0.9, "split": 0.5, "hands": 0.5, "dip": 0.6}


@dataclass(frozen=True)
class LostStep:
    """Times are seconds since 1970, here and below."""

    begin: float
    end: float
    lost: int
    present: int


@dataclass(frozen=True)
class HandUp:
    begin: float
    end: float


@dataclass(frozen=True)
class Event:
    """Something that happened, for what was around a moment."""

    begin: float
    end: float
    text: str


@dataclass(frozen=True)
class Reason:
    kind: str
    begin: float
    end: float
    text: str
    weight: float


@dataclass(frozen=True)
class Moment:
    number: int
    begin: float
    end: float
    reasons: list[Reason]
    # What happened around it, in the order of time.
    around: list[str]

    @property
    def begins_at(self) -> datetime:
        return to_datetime(self.begin)

    @property
    def ends_at(self) -> datetime:
        return to_datetime(self.end)

    @property
    def is_long(self) -> bool:
        """Whether its end is another minute than its beginning."""
        return self.begin // 60 != self.end // 60


@dataclass(frozen=True)
class Seen:
    """What moments are found in."""

    lost: Sequence[LostStep] = ()
    questions: Sequence[AskedQuestion] = ()
    hands: Sequence[HandUp] = ()
    dips: Sequence[Dip] = ()
    # Questions, markers and the like.
    events: Sequence[Event] = ()


def moments(seen: Seen) -> list[Moment]:
    """Return at most three moments, in the order of time."""
    groups = _together([*_lost(seen.lost), *_answers(seen.questions), *_hands(seen.hands), *_dips(seen.dips)])
    strongest = sorted(groups, key=_weight, reverse=True)[:MOST]
    return [
        _moment(number, reasons, seen.events)
        for number, reasons in enumerate(sorted(strongest, key=_begin), start=1)
    ]


def _moment(number: int, reasons: list[Reason], events: Iterable[Event]) -> Moment:
    begin, end = _begin(reasons), max(one.end for one in reasons)
    around = [one for one in events if one.begin <= end + APART and one.end >= begin - APART]
    texts = dict.fromkeys(one.text for one in sorted(around, key=lambda one: one.begin))
    strongest_first = sorted(reasons, key=lambda one: one.weight, reverse=True)
    return Moment(number, begin, end, strongest_first, list(texts))


def _together(reasons: Iterable[Reason]) -> list[list[Reason]]:
    """Reasons that touch, of each kind the strongest."""
    groups: list[list[Reason]] = []
    for reason in sorted(reasons, key=lambda one: one.begin):
        if groups and reason.begin <= max(one.end for one in groups[-1]) + APART:
            groups[-1].append(reason)
        else:
            groups.append([reason])
    return [_strongest_of_each_kind(group) for group in groups]


def _strongest_of_each_kind(group: Iterable[Reason]) -> list[Reason]:
    by_kind: dict[str, Reason] = {}
    for reason in group:
        known = by_kind.get(reason.kind)
        if known is None or reason.weight > known.weight:
            by_kind[reason.kind] = reason
    return list(by_kind.values())


def _weight(reasons: Iterable[Reason]) -> float:
    return sum(one.weight for one in reasons)


def _begin(reasons: Iterable[Reason]) -> float:
    return min(one.begin for one in reasons)


def _lost(steps: Sequence[LostStep]) -> Iterator[Reason]:
    """Each stretch in which many were lost, with the most at once."""
    for run in _runs(steps):
        most = max(run, key=lambda step: step.lost)
        text = _("%(lost)s of %(present)s students were lost") % {
            "lost": most.lost,
            "present": max(most.present, most.lost),
        }
        share = most.lost / max(most.present, most.lost)
        yield Reason("lost", run[0].begin, run[-1].end, text, WEIGHTS["lost"] * share)


def _runs(steps: Sequence[LostStep]) -> Iterator[list[LostStep]]:
    """Neighbouring steps in which enough were lost."""
    runs: list[list[LostStep]] = []
    for step in steps:
        if step.lost >= max(LEAST_LOST, LOST_SHARE * step.present):
            if not runs or runs[-1][-1].end != step.begin:
                runs.append([])
            runs[-1].append(step)
    return iter(runs)


def _answers(asked: Iterable[AskedQuestion]) -> Iterator[Reason]:
    for one in asked:
        question = one.question
        if question.kind == Kind.CHOICE and question.closed_at and one.bars and one.answered >= LEAST_ANSWERS:
            begin, end = question.opened_at.timestamp(), question.closed_at.timestamp()
            found = _wrong(one) if question.right_options else _split(one)
            if found:
                kind, text, weight = found
                yield Reason(kind, begin, end, text, WEIGHTS[kind] * weight)


def _wrong(asked: AskedQuestion) -> tuple[str, str, float] | None:
    """The share that chose a right option. Of several right ones the one that fewest chose counts."""
    right = min((bar.count for bar in asked.bars if bar.is_right), default=asked.answered)
    share = right / asked.answered
    if share > RIGHT_SHARE:
        return None
    text = _("Question %(number)s: %(right)s of %(answered)s answered correctly") % {
        "number": asked.number,
        "right": right,
        "answered": asked.answered,
    }
    return "wrong", text, 1 - share


def _split(asked: AskedQuestion) -> tuple[str, str, float] | None:
    """Return a reason if two answers each have much of the class, in a question without a right answer."""
    if asked.question.allows_several or asked.question.role:
        return None
    first, second = (*sorted((bar.share for bar in asked.bars), reverse=True), 0.0, 0.0)[:2]
    if second < SPLIT_SHARE:
        return None
    text = _("Question %(number)s split the class: %(first)s and %(second)s") % {
        "number": asked.number,
        "first": percent_text(first),
        "second": percent_text(second),
    }
    return "split", text, second * 2


def _hands(hands: Sequence[HandUp]) -> Iterator[Reason]:
    """Several hands at once, and hands that waited long."""
    for together in _at_once(hands):
        begin, end = min(one.begin for one in together), max(one.end for one in together)
        longest = timedelta(seconds=round(max(one.end - one.begin for one in together)))
        if len(together) >= HANDS_AT_ONCE:
            text = ngettext("%(n)s hand up at once", "%(n)s hands up at once", len(together)) % {
                "n": len(together)
            }
            yield Reason("hands", begin, end, text, WEIGHTS["hands"] * min(len(together) / 10, 1))
        elif longest >= LONG_WAIT:
            text = _("A hand was up for %(time)s") % {"time": duration_text(longest)}
            yield Reason("hands", begin, end, text, WEIGHTS["hands"] * 0.2)


def _at_once(hands: Sequence[HandUp]) -> Iterator[list[HandUp]]:
    """Hands that overlap, one after another; of a long chain those that were up together at its fullest."""
    chain: list[HandUp] = []
    for hand in sorted(hands, key=lambda one: one.begin):
        if chain and hand.begin > max(one.end for one in chain):
            yield _fullest(chain)
            chain = []
        chain.append(hand)
    if chain:
        yield _fullest(chain)


def _fullest(chain: Sequence[HandUp]) -> list[HandUp]:
    return max(
        ([one for one in chain if one.begin <= at.begin <= one.end] for at in chain),
        key=lambda up: (len(up), max(one.end - one.begin for one in up)),
    )


def _dips(dips: Iterable[Dip]) -> Iterator[Reason]:
    for dip in dips:
        begin, end = dip.begin / 1000, dip.end / 1000
        if end - begin >= DIP_LASTS:
            text = _("The class average fell to %(lowest)s, usual was %(usual)s") % {
                "lowest": percent_text(dip.lowest),
                "usual": percent_text(dip.usual),
            }
            yield Reason(
                "dip", begin, end, text, WEIGHTS["dip"] * (dip.usual - dip.lowest) / max(dip.usual, 0.1)
            )


def question_event(number: int, question: Question, until: float) -> Event:
    begin = question.opened_at.timestamp()
    end = question.closed_at.timestamp() if question.closed_at else until
    # Its text stands with its answers.
    return Event(begin, end, _("Question %(number)s") % {"number": number})
