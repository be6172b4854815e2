"""Charts: the same shapes, colours and gaps as SVG and as a figure for Plotly."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from dashboards.charts.chart import Chart, band, pieces, stairs
from dashboards.charts.class_charts import ClassPoints, class_chart, mix_chart
from dashboards.charts.colours import light
from dashboards.charts.figure import figure
from dashboards.charts.frame import NARROW, WIDTH, Frame
from dashboards.charts.lesson import Asked, Lesson, Step
from dashboards.charts.svg import LETTER, svg

SVG = "{http://www.w3.org/2000/svg}"
STEP = 10_000
MINUTE = 60_000
MIX = [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]


def point(number: int, mean: float | None, **numbers) -> dict:
    edges = {} if mean is None else {"low": mean - 0.1, "high": mean + 0.1, "mix": MIX}
    return {
        "at": number * STEP,
        "mean": mean,
        "measured": 6,
        "counted": 6,
        "coverage": 0.9,
        **edges,
        **numbers,
    }


def with_gap() -> ClassPoints:
    """Three steps, a gap, and one step alone."""
    means = [0.5, 0.6, 0.7, None, 0.4]
    points = [point(number, mean) for number, mean in enumerate(means)]
    return ClassPoints(points, STEP, begin=0, end=50_000, markers=[20_000])


def a_lesson() -> Lesson:
    counts = {"present": 20, "lost": 3, "too_fast": 1, "too_slow": 2, "hands": 2}
    return Lesson(
        begin=0,
        end=10 * MINUTE,
        steps=[Step(2 * MINUTE, 3 * MINUTE, counts), Step(3 * MINUTE, 4 * MINUTE, {**counts, "lost": 1})],
        questions=[Asked("1", "Is it <so>?", 5 * MINUTE, 6 * MINUTE)],
        got_it=[4 * MINUTE],
        markers=[7 * MINUTE],
        moments=[(2 * MINUTE, 4 * MINUTE, "1")],
    )


def test_questions_in_the_same_minute_have_one_label_and_one_hint():
    """None runs into the next, on a phone either."""
    begins = [5, 5.2, 5.9, 20, 20.5, 30]
    asked = [Asked(str(n), f"Q{n}?", at * MINUTE, (at + 1) * MINUTE) for n, at in enumerate(begins, start=8)]
    chart = replace(a_lesson(), end=50 * MINUTE, questions=asked).chart()
    labels = ["8–10", "11–12", "13"]
    for width in (WIDTH, NARROW):
        found = re.findall(r'<text x="([\d.]+)"[^>]*>([\d–]+)</text>', svg(chart, width=width))
        places = [(float(x), text) for x, text in found if text in labels]
        assert [text for _x, text in places] == labels
        for (x, text), (following, _text) in pairwise(places):
            assert x + LETTER * len(text) < following
    traces = figure(chart)["data"]
    assert labels in [trace.get("text") for trace in traces]
    hints = ["8 Q8? · 9 Q9? · 10 Q10?", "11 Q11? · 12 Q12?", "Q13?"]
    assert hints in [trace.get("customdata") for trace in traces]


def charts() -> list[Chart]:
    return [class_chart(with_gap()), mix_chart(with_gap()), a_lesson().chart()]


def test_no_line_crosses_a_gap():
    assert pieces([(0, 0.5), (1, 0.6), (2, None), (3, 0.4)]) == [[(0, 0.5), (1, 0.6)], [(3, 0.4)]]


def test_no_line_runs_from_one_formulas_numbers_to_anothers():
    assert pieces([(0, 0.5), (1, 0.6), (2, 0.7)], breaks=[1.5]) == [[(0, 0.5), (1, 0.6)], [(2, 0.7)]]


def test_a_band_of_one_step_is_as_wide_as_it_lasts():
    assert band([(10, 0.4, 0.6)], 4) == [[(8, 0.4), (12, 0.4), (12, 0.6), (8, 0.6)]]


def test_steps_have_upright_sides_and_a_step_of_nothing_is_a_gap():
    assert stairs([(0, 1, 0, 2), (1, 2, 0, 2), (2, 3, 0, 0), (3, 4, 0, 1)]) == [
        [(0, 2), (2, 2), (2, 0), (0, 0)],
        [(3, 1), (4, 1), (4, 0), (3, 0)],
    ]


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.key)
def test_a_drawing_is_whole_and_says_what_it_is(chart):
    root = ElementTree.fromstring(svg(chart))
    assert root.get("role") == "img"
    title, about = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert (title.text, about.text) == (chart.title, chart.description)
    assert root.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.key)
def test_a_drawing_needs_no_style_and_has_a_literal_colour_beside_each_class(chart):
    drawing = svg(chart)
    assert "style=" not in drawing
    assert "var(" not in drawing
    for colour, literal in re.findall(
        r'class="(?:fill|stroke) c-([a-z-]+)[^"]*" (?:fill|stroke)="([^"]+)"', drawing
    ):
        assert literal == light(colour)


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.key)
def test_every_colour_of_a_drawing_follows_the_theme_of_the_page(chart):
    css = (Path(settings.BASE_DIR) / "static/css/charts.css").read_text()
    used = set(re.findall(r"\bc-([a-z-]+)", svg(chart, with_legend=True)))
    assert {name for name in used if f".c-{name} {{ --c: var(--{name}); }}" not in css} == set()


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.key)
def test_the_figure_has_the_corners_of_the_drawing(chart):
    """In pixels of the drawing, each corner of a shape or a line of the figure is in the drawing."""
    frame, drawing = Frame.of(chart), svg(chart)
    panels = {("y" if n == 1 else f"y{n}"): panel for n, panel in enumerate(chart.panels, start=1)}
    traces = [trace for trace in figure(chart)["data"] if trace["mode"] == "lines"]
    corners = [
        f"{frame.x(x):.1f}".removesuffix(".0")
        + ","
        + f"{frame.y(panels[trace['yaxis']], y):.1f}".removesuffix(".0")
        for trace in traces
        for x, y in zip(trace["x"], trace["y"], strict=True)
        if x is not None
    ]
    # A line of one point is a dot in both.
    dots = {f"{x},{y}" for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)}
    assert corners
    assert [corner for corner in corners if corner not in drawing and corner not in dots] == []


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.key)
def test_plotly_keeps_the_label_of_the_largest_value_of_an_axis(chart):
    """It drops a label that is cut by the edge of the figure, as the first one is without a name above it."""
    axes = [axis for name, axis in figure(chart)["layout"].items() if name.startswith("yaxis")]
    assert [axis["ticklabeloverflow"] for axis in axes] == ["allow"] * len(chart.panels)


def test_a_figure_is_json_in_tokens_of_the_theme_or_in_light_colours():
    chart = a_lesson().chart()
    assert "var(--danger)" in json.dumps(figure(chart))
    assert "var(" not in json.dumps(figure(chart, light))


def test_a_drawing_for_a_phone_keeps_its_letters_inside_and_has_ids_of_its_own():
    chart = a_lesson().chart()
    wide, narrow = (ElementTree.fromstring(drawn) for drawn in (svg(chart), svg(chart, width=NARROW)))
    ids = [{one.get("id") for one in drawn.iter() if one.get("id")} for drawn in (wide, narrow)]
    assert len(ids[0] | ids[1]) == 4
    times = [
        [float(one.get("x")) for one in drawn.iter(f"{SVG}text") if one.get("data-time")]
        for drawn in (wide, narrow)
    ]
    assert 2 <= len(times[1]) < len(times[0])
    # Half a time of the clock, "12:00 PM" at most, is 25 pixels wide.
    assert all(25 <= x <= NARROW for x in times[1])


def test_texts_of_people_are_escaped():
    chart = a_lesson().chart()
    assert "<so>" not in svg(chart)
    assert "&lt;so>" in json.dumps(figure(chart))


def test_a_picture_has_its_legend_and_a_page_shows_none_of_it():
    chart = a_lesson().chart()
    with_legend, without = (ElementTree.fromstring(svg(chart, with_legend=which)) for which in (True, False))
    height = float(with_legend.get("viewBox").split()[3])
    assert height == float(without.get("data-height")) > float(without.get("viewBox").split()[3])
    assert {mark.name for mark in chart.legend} <= {text.text for text in with_legend.iter(f"{SVG}text")}


def test_the_table_says_what_a_step_without_a_number_is():
    hidden = [point(0, None, hidden="too few to show"), point(1, None), point(2, 0.5, blurred=True, low=None)]
    table = class_chart(ClassPoints(hidden, STEP, 0, 30_000)).table
    assert [row[1:5] for row in table.rows] == [
        ["too few to show", "–", "up to 6", "up to 6"],
        ["–", "–", "6", "6"],
        ["50%", "–", "at least 6", "at least 6"],
    ]


def test_a_chart_without_numbers_says_why():
    hidden = ClassPoints([point(0, None, hidden="too few to show")], STEP, 0, STEP)
    empty = ClassPoints([point(0, None)], STEP, 0, STEP)
    assert "too few" in class_chart(hidden).note
    assert "no data" in class_chart(empty).note
    assert class_chart(with_gap()).note == ""
