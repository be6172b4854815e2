"""The class average with likely range and coverage, and the mix of expressions, of published points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _

from config.locales import percent_text
from dashboards.aggregates.class_line import Point
from dashboards.templatetags.dashboards import EXPRESSION_NAMES
from emotion.vision.labels import EXPRESSIONS

from .chart import Chart, Hints, Line, Mark, Panel, Rules, Shape, Table, band, moment, pieces, stairs

FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
HALVES = (0, 0.5, 1)
NOTHING = "–"


@dataclass(frozen=True)
class ClassPoints:
    """Points of the class line in steps of `step` milliseconds."""

    points: Sequence[Point]
    step: int
    begin: int
    end: int
    # The times at which another version of the formula began: no line runs over them.
    breaks: Sequence[int] = ()
    markers: Sequence[int] = ()

    @property
    def has_mean(self) -> bool:
        return any(point.get("mean") is not None for point in self.points)

    def middle(self, point: Point) -> float:
        """The time in the middle of a step, or now for the step that still goes on."""
        return min(point["at"] + self.step / 2, max(point["at"], self.end))

    def line(self, panel: str = "average") -> list[Mark]:
        """The line in its band."""
        cuts = [at + self.step / 2 for at in self.breaks]
        edges = ((self.middle(one), one.get("low"), one.get("high")) for one in self.points)
        means = ((self.middle(one), one.get("mean")) for one in self.points)
        return [
            Shape(panel, band(edges, self.step, cuts), "series", _("Likely range"), opacity=0.22),
            Line(panel, pieces(means, cuts), "series", _("Class average")),
            Hints(panel, [(self.middle(one), _mean(one), _hint(one)) for one in self._shown("mean")]),
        ]

    def coverage(self) -> list[Mark]:
        steps = [
            (one["at"], one["at"] + self.step, 0.0, one["coverage"])
            for one in self.points
            if one["coverage"] is not None
        ]
        return [Shape("coverage", stairs(steps), "ink-soft", _("Time with data"), opacity=0.35)]

    def marker_rules(self) -> list[Mark]:
        return [Rules(list(self.markers), "warn", _("Marker"))] if self.markers else []

    def _shown(self, key: str) -> Iterator[Point]:
        return (point for point in self.points if point.get(key) is not None)


def class_chart(numbers: ClassPoints) -> Chart:
    return Chart(
        key="average",
        title=_("Class average"),
        description=_("The class average over time with its likely range, and the share of time with data."),
        begin=numbers.begin,
        end=numbers.end,
        panels=(
            Panel("average", 150, 0, 1, shares(FIFTHS)),
            Panel("coverage", 26, 0, 1, title=_("Time with data")),
        ),
        marks=(*numbers.coverage(), *numbers.line(), *numbers.marker_rules()),
        table=_line_table(numbers.points),
        note=_line_note(numbers.points),
    )


def mix_chart(numbers: ClassPoints) -> Chart:
    return Chart(
        key="expressions",
        title=_("Expressions"),
        description=_("The shares of expressions over time."),
        begin=numbers.begin,
        end=numbers.end,
        panels=(Panel("mix", 150, 0, 1, shares(HALVES)),),
        marks=(*_mix(numbers), *numbers.marker_rules()),
        table=_mix_table(numbers.points),
        note=_mix_note(numbers.points),
    )


def _mix(numbers: ClassPoints) -> Iterator[Mark]:
    for place, name in enumerate(EXPRESSIONS):
        steps = [
            (one["at"], one["at"] + numbers.step, sum(mix[:place]), sum(mix[: place + 1]))
            for one in numbers.points
            if (mix := one.get("mix")) is not None
        ]
        yield Shape("mix", stairs(steps), name, str(EXPRESSION_NAMES[name]))
    said = [(numbers.middle(one), 0.5, _mix_hint(mix)) for one in numbers.points if (mix := one.get("mix"))]
    yield Hints("mix", said)


def shares(values: Sequence[float]) -> tuple[tuple[float, str], ...]:
    return tuple((value, percent_text(value)) for value in values)


def _mean(point: Point) -> float:
    return cast(float, point.get("mean"))


def _hint(point: Point) -> str:
    return " · ".join(filter(None, (percent_text(_mean(point)), _range(point))))


def _mix_hint(mix: Sequence[float]) -> str:
    by_share = sorted(zip(mix, EXPRESSIONS, strict=True), reverse=True)
    return ", ".join(f"{EXPRESSION_NAMES[name]} {percent_text(share)}" for share, name in by_share if share)


def _range(point: Point) -> str:
    low, high = point.get("low"), point.get("high")
    return "" if low is None or high is None else f"{percent_text(low)} – {percent_text(high)}"


def _line_table(points: Sequence[Point]) -> Table:
    head = [
        _("Time"),
        _("Class average"),
        _("Likely range"),
        _("Students with data"),
        _("of them counted"),
        _("Time with data"),
    ]
    return Table(
        head,
        [
            [
                moment(one["at"]),
                _("too few to show") if one.get("hidden") else _share(one.get("mean")),
                _range(one) or NOTHING,
                _count(one, one["measured"]),
                _count(one, one["counted"]),
                _share(one["coverage"]),
            ]
            for one in points
        ],
    )


def _mix_table(points: Sequence[Point]) -> Table:
    head = [_("Time"), *(str(EXPRESSION_NAMES[name]) for name in EXPRESSIONS)]
    return Table(head, [[moment(one["at"]), *_mix_cells(one)] for one in points])


def _mix_cells(point: Point) -> list[str]:
    if point.get("hidden"):
        return [_("too few to show")] * len(EXPRESSIONS)
    mix: Sequence[float | None] = point.get("mix") or [None] * len(EXPRESSIONS)
    # In a blurred step a share of nothing was left out.
    return [NOTHING if share == 0 and point.get("blurred") else _share(share) for share in mix]


def _share(value: float | None) -> str:
    return NOTHING if value is None else percent_text(value)


def _count(point: Point, count: int) -> str:
    """The counts of a step that is blurred, or not shown, are not exact."""
    if point.get("hidden") and count:
        return _("up to %(count)s") % {"count": count}
    if not point.get("blurred"):
        return str(count)
    text = _("at least %(count)s") if point.get("low") is None else _("about %(count)s")
    return text % {"count": count}


def _line_note(points: Sequence[Point]) -> str:
    if any(one.get("blurred") and one.get("mean") is not None for one in points):
        return (
            _("Blurred to protect individual students, and rounded to 10%% where only a few are counted.")
            % {}
        )
    return _why_empty(
        points,
        few=_("No class average: too few students share with the class average."),
        nobody=_("No class average: there is no data."),
    )


def _mix_note(points: Sequence[Point]) -> str:
    mixed = [one for one in points if one.get("mix")]
    if any(one.get("blurred") for one in mixed):
        return _(
            "Blurred to protect individual students: in a class of 20 to 30 a share is off by about 10 "
            "points, and rare expressions are left out."
        )
    if mixed:
        return ""
    return _why_empty(
        points,
        few=_("No expressions: too few students share with the class average."),
        nobody=_("No expressions: there is no data."),
    ) or _("No expressions: with so few students they would reveal too much about each.")


def _why_empty(points: Sequence[Point], *, few: str, nobody: str) -> str:
    if any(one.get("mean") is not None for one in points):
        return ""
    return few if any(one.get("hidden") for one in points) else nobody
