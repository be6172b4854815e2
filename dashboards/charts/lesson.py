"""A lesson on one time axis: the class average if there is one, lost students, pace, questions and hands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .chart import Chart, Hints, Labels, Mark, Panel, Rules, Shape, Stretches, Table, moment, stairs
from .class_charts import HALVES, ClassPoints, shares
from .frame import LEFT, NARROW, RIGHT
from .svg import LETTER

# Counts of a step in a legend, in a table and under the pointer, in this order.
SAID = ("lost", "too_fast", "too_slow", "too_hard", "too_easy", "hands")


@dataclass(frozen=True)
class Step:
    """The most of everything in a stretch of time, by the names of class_history.COUNTED."""

    begin: float
    end: float
    counts: dict[str, int]


@dataclass(frozen=True)
class Asked:
    """A question on the axis: its number, and its text for the pointer."""

    label: str
    text: str
    begin: float
    end: float


@dataclass(frozen=True)
class Lesson:
    """Times are milliseconds since 1970."""

    begin: int
    end: int
    steps: Sequence[Step]
    questions: Sequence[Asked] = ()
    # The times at which the teacher said "Got it".
    got_it: Sequence[int] = ()
    markers: Sequence[int] = ()
    # Moments to revisit, each with its number.
    moments: Sequence[tuple[float, float, str]] = ()
    average: ClassPoints | None = None
    # Whether it shows one student, to that student.
    is_own: bool = False

    def most(self, *names: str) -> int:
        return max((step.counts.get(name, 0) for step in self.steps for name in names), default=0)

    def chart(self) -> Chart | None:
        """None where there is nothing to draw."""
        panels = tuple(self._panels())
        if not panels:
            return None
        return Chart(
            key="lesson",
            title=_("What you said") if self.is_own else _("The lesson"),
            description=_("What you said over time.")
            if self.is_own
            else _("Lost students, pace, questions, hands and markers over time."),
            begin=self.begin,
            end=self.end,
            panels=panels,
            marks=tuple(self._marks({panel.key for panel in panels})),
            table=self._table(),
        )

    def _panels(self) -> Iterator[Panel]:
        if self.average and self.average.has_mean:
            yield Panel("average", 84, 0, 1, shares(HALVES), _("Class average"))
        if most := self.most("lost"):
            yield self._counted("lost", 52, most, _("Lost"))
        if most := self.most("too_fast", "too_slow"):
            scale = () if self.is_own else ((most, str(most)), (0, "0"))
            yield Panel("pace", 40, -most, most, scale, _("Pace"))
        # Markers, "Got it" and what has no panel of its own need one to stand in.
        others = self.markers or self.got_it or self.most(*SAID)
        if self.questions or (others and not self.most("lost", "too_fast", "too_slow", "hands")):
            yield Panel("questions", 22, 0, 1, title=_("Questions") if self.questions else "")
        if most := self.most("hands"):
            yield self._counted("hands", 26, most, _("Hands up"))

    def _counted(self, key: str, height: int, most: int, title: str) -> Panel:
        """A student's own is there or not, and needs no scale."""
        return Panel(
            key, 10 if self.is_own else height, 0, most, () if self.is_own else ((most, str(most)),), title
        )

    def _marks(self, panels: set[str]) -> Iterator[Mark]:
        if self.moments:
            yield Stretches(list(self.moments), "ink-soft", _("Moment to revisit"))
        if self.average and "average" in panels:
            yield from self.average.line()
        if "lost" in panels:
            yield self._area("lost", "lost", "danger", opacity=0.75)
        if "pace" in panels:
            yield self._area("pace", "too_fast", "warn", _("Too fast"), opacity=0.75)
            yield self._area("pace", "too_slow", "info", _("Too slow"), opacity=0.75, sign=-1)
        if "questions" in panels:
            yield from self._questions()
        if "hands" in panels:
            yield self._area("hands", "hands", "accent", opacity=0.75)
        if self.got_it:
            name = _("Seen by your teacher") if self.is_own else _("Got it")
            yield Rules(list(self.got_it), "success", name, dash="")
        if self.markers:
            yield Rules(list(self.markers), "warn", _("Marker"))
        if {"lost", "hands", "pace"} & panels:
            yield self._hints(next(key for key in ("lost", "hands", "pace") if key in panels))

    def _area(
        self, panel: str, counted: str, colour: str, name: str = "", *, opacity: float = 1.0, sign: int = 1
    ) -> Shape:
        steps = [
            (step.begin, step.end, 0.0, float(sign * step.counts.get(counted, 0))) for step in self.steps
        ]
        return Shape(panel, stairs(steps), colour, name, opacity)

    def _questions(self) -> Iterator[Mark]:
        # As wide as can be seen, however short.
        least = (self.end - self.begin) / 200
        bars = [(one.begin, max(one.end, one.begin + least), 0.0, 0.4) for one in self.questions]
        yield Shape("questions", [outline for bar in bars for outline in stairs([bar])], "accent")
        groups = self._together()
        yield Labels(
            "questions", [(group[0].begin, 0.75, _label(group)) for group in groups if _label(group)]
        )
        yield Hints("questions", [(_middle(group), 0.2, _texts(group)) for group in groups])

    def _together(self) -> list[list[Asked]]:
        """Questions whose labels would run into each other, on a phone, have one label and one hint."""
        groups: list[list[Asked]] = []
        for one in sorted(self.questions, key=lambda one: one.begin):
            if groups and one.begin < groups[-1][0].begin + self._room(_label(groups[-1])):
                groups[-1].append(one)
            else:
                groups.append([one])
        return groups

    def _room(self, label: str) -> float:
        """The time that passes in the width of a label and of a space after it."""
        return LETTER * (len(label) + 1) * (self.end - self.begin) / (NARROW - LEFT - RIGHT)

    def _hints(self, panel: str) -> Hints:
        names = said_names()
        points = []
        for step in self.steps:
            said = [f"{names[name]}: {step.counts[name]}" for name in SAID if step.counts.get(name)]
            points.append(((step.begin + step.end) / 2, 0.0, " · ".join(said)))
        return Hints(panel, [point for point in points if point[2]])

    def _table(self) -> Table:
        names = said_names()
        shown = [name for name in SAID if self.most(name)]
        rows: list[list[object]] = [
            [moment(step.begin), *(step.counts.get(name, 0) for name in ("present", *shown))]
            for step in self.steps
        ]
        return Table([_("Time"), _("In class"), *(names[name] for name in shown)], rows)


def _label(group: Sequence[Asked]) -> str:
    first, last = group[0].label, group[-1].label
    return first if first == last else f"{first}–{last}"


def _middle(group: Sequence[Asked]) -> float:
    return (group[0].begin + max(one.end for one in group)) / 2


def _texts(group: Sequence[Asked]) -> str:
    if len(group) == 1:
        return group[0].text
    return " · ".join(f"{one.label} {one.text}".strip() for one in group)


def said_names() -> dict[str, str]:
    return {
        "lost": _("Lost"),
        "too_fast": _("Too fast"),
        "too_slow": _("Too slow"),
        "too_hard": _("Too hard"),
        "too_easy": _("Too easy"),
        "hands": _("Hands up"),
    }


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
