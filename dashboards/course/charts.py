"""Charts of a course: one column for each session, in the same place in every chart.

Nothing is drawn between two sessions, and class averages are no chart (docs/decisions/0114).
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from classroom.names import isolated
from config import locales
from dashboards.charts.chart import Chart, Hints, Mark, Panel, Shape, Table, stairs
from dashboards.charts.class_charts import HALVES, shares
from dashboards.report.questions import AskedQuestion

from .answers import Series
from .overview import CourseOverview, Row

HEIGHT = 110
# The part of a column, which is 1 wide, that its bar takes.
FROM, TO, MIDDLE = 0.2, 0.8, 0.5
# So many dates fit beside each other on a phone.
MOST_DATES = 6
# How strong the colour of each answer is, the first one first.
STRENGTHS = (0.15, 0.35, 0.55, 0.75, 0.9, 1.0)
Steps = list[tuple[float, float, float, float]]


def charts_of(overview: CourseOverview) -> list[Chart]:
    """Students, the questions that were asked again, and coverage if there were cameras."""
    columns = _Columns(overview.rows)
    questions = [
        columns.answers(series, place, f"question-{place + 1}")
        for place, series in enumerate(overview.repeated)
    ]
    return [columns.students(), *questions, *([columns.coverage()] if overview.had_camera else [])]


class _Columns:
    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def students(self) -> Chart:
        figures = [row.figures for row in self.rows]
        most = max((one.students for one in figures), default=0) or 1
        joined = _bars(enumerate(float(one.students) for one in figures))
        lost = _bars((place, float(one.lost)) for place, one in enumerate(figures))
        said = [
            _("%(lost)s of %(students)s said they were lost") % {"lost": one.lost, "students": one.students}
            for one in figures
        ]
        hints = [(place + MIDDLE, float(one.students), said[place]) for place, one in enumerate(figures)]
        return self._chart(
            "students",
            _("Students"),
            _("Students in each session, and how many said that they were lost."),
            Panel("students", HEIGHT, 0, most, ((most, str(most)), (0, "0"))),
            [
                Shape("students", stairs(joined), "series", _("Students"), 0.3),
                Shape("students", stairs(lost), "warn", _("Said “I'm lost” at least once")),
            ],
            hints,
            Table(
                [_("Session"), _("Students"), _("Lost")],
                self._rows([[one.students, one.lost] for one in figures]),
            ),
        )

    def answers(self, series: Series, column: int, key: str) -> Chart:
        """Draw each session's shares of the answers, the first answer at the bottom."""
        asked = [(place, one) for place, row in enumerate(self.rows) if (one := row.asked[column])]
        by_step = [_stacked(asked, step) for step in range(len(series.labels))]
        hidden = _bars((place, 1.0) for place, one in asked if one.hidden)
        shapes = [
            Shape("share", stairs(steps), "series", label, strength)
            for label, steps, strength in zip(series.labels, by_step, STRENGTHS, strict=False)
        ]
        if hidden:
            shapes.append(Shape("share", stairs(hidden), "line", _("fewer than 5 answers")))
        role, text = series.question.get_role_display() if series.question.role else "", series.question.text
        return self._chart(
            key,
            f"{role}: {isolated(text)}" if role else text,
            _("Shares of the answers in each session."),
            Panel("share", HEIGHT, 0, 1, shares(HALVES)),
            shapes,
            [(place + MIDDLE, 1.0, _said(one)) for place, one in asked],
            self._answer_table(series, column),
        )

    def _answer_table(self, series: Series, column: int) -> Table:
        head = [_("Session"), *series.labels, _("Answered")]
        if series.is_scale:
            head.append(_("Average"))
        return Table(head, self._rows([_answer_cells(series, row.asked[column]) for row in self.rows]))

    def coverage(self) -> Chart:
        found = [row.figures.camera.coverage if row.figures.camera else None for row in self.rows]
        there = [(place, share) for place, share in enumerate(found) if share is not None]
        cells = [["–" if share is None else locales.percent_text(share)] for share in found]
        return self._chart(
            "coverage",
            _("Share of class time with data"),
            _("Share of class time with data in each session. A session without a bar has none."),
            Panel("share", HEIGHT, 0, 1, shares(HALVES)),
            [Shape("share", stairs(_bars(there)), "series")],
            [(place + MIDDLE, share, locales.percent_text(share)) for place, share in there],
            Table([_("Session"), _("Share of class time with data")], self._rows(cells)),
        )

    def _chart(
        self,
        key: str,
        title: str,
        description: str,
        panel: Panel,
        shapes: Sequence[Shape],
        hints: Sequence[tuple[float, float, str]],
        table: Table,
    ) -> Chart:
        named = [(x, y, f"{self._name(int(x))}: {text}") for x, y, text in hints]
        every = -(-len(self.rows) // MOST_DATES) or 1
        labels = tuple(
            (place + MIDDLE, locales.short_date_text(row.session.begins_at))
            for place, row in enumerate(self.rows)
            if place % every == 0
        )
        marks: tuple[Mark, ...] = (*shapes, Hints(panel.key, named))
        return Chart(key, title, description, 0, len(self.rows), (panel,), marks, table, labels=labels)

    def _rows(self, cells: Sequence[Sequence[object]]) -> list[list[object]]:
        return [[self._name(place), *own] for place, own in enumerate(cells)]

    def _name(self, place: int) -> str:
        session = self.rows[place].session
        return f"{session.title}, {locales.date_text(session.begins_at)}"


def _bars(values: Iterable[tuple[int, float]]) -> Steps:
    return [(place + FROM, place + TO, 0.0, value) for place, value in values if value]


def _stacked(asked: Sequence[tuple[int, AskedQuestion]], step: int) -> Steps:
    """The part of each bar that one answer takes."""
    found = []
    for place, one in asked:
        counts = [bar.count for bar in one.bars]
        total = sum(counts)
        if counts and total and counts[step]:
            low = sum(counts[:step]) / total
            found.append((place + FROM, place + TO, low, low + counts[step] / total))
    return found


def _said(asked: AskedQuestion) -> str:
    answered = _answered(asked)
    if asked.hidden:
        return answered
    counts = " · ".join(f"{bar.label}: {bar.count}" for bar in asked.bars if bar.count)
    return f"{counts} ({answered})" if counts else answered


def _answered(asked: AskedQuestion) -> str:
    numbers = {"answered": asked.answered, "present": asked.present}
    return _("%(answered)s of %(present)s answered") % numbers


def _answer_cells(series: Series, asked: AskedQuestion | None) -> list[object]:
    if asked is None:
        blanks = len(series.labels) + (2 if series.is_scale else 1)
        return [_("not asked"), *[""] * (blanks - 1)]
    counts: list[object] = [bar.count for bar in asked.bars] or ["–"] * len(series.labels)
    mean = (
        [] if not series.is_scale else ["–" if asked.mean is None else locales.one_decimal_text(asked.mean)]
    )
    return [*counts, _answered(asked), *mean]
