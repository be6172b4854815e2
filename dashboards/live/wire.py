"""The messages of the live page's socket as JSON, which docs/protocol.md describes and static/js/live reads.

Times are milliseconds since 1970, shares are 0..1.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, TypeVar

from dashboards.aggregates.class_line import Numbers, Point
from dashboards.aggregates.own_changes import OwnChange
from dashboards.aggregates.suggestions import Suggestion
from dashboards.aggregates.trend import Trend

# Raised with each change that an open page of the version before would misread. A page names the version that
# it speaks in the socket's address.
WIRE_VERSION = 2

K = TypeVar("K")
V = TypeVar("V")

Message = dict[str, object]

Cell = tuple[int, str] | str
"""One step of a strip: a score in percent with its band, or the reason why there is none."""


class Door(TypedDict):
    code: str
    locked: bool


class MarkerLine(TypedDict):
    id: int
    at: int
    label: str


class FormulaBegin(TypedDict):
    version: str
    at: int


class AskedQuestion(TypedDict):
    """A question on the time axis."""

    id: str
    at: int
    closed: int | None
    text: str
    answered: int
    asked: int


class Now(Numbers):
    band: str | None


class Student(TypedDict):
    name: str
    level: str | None
    here: bool
    since: int
    joined: int
    status: str
    # It is there only if the teacher may see readings.
    coverage: NotRequired[float | None]
    # These are there only if the student shares their own line.
    expression: NotRequired[str | None]
    score: NotRequired[float | None]
    baseline: NotRequired[float | None]
    # The last minute against the baseline; None where too little is known.
    change: NotRequired[OwnChange | None]


class Constants(TypedDict):
    """What only a snapshot has."""

    step: int
    strip_seconds: int
    reasons: dict[str, str]
    opened_at: int
    first_step: int
    sees_readings: bool


class View(TypedDict):
    """What the page shows of the class, and a change has parts of."""

    # When the first student joined: None before that.
    started_at: int | None
    closed_at: int | None
    door: Door
    # The teacher has paused all cameras.
    cameras_paused: bool
    present: int
    # How many of those in class have each opinion.
    said: dict[str, int]
    # By the time at which a step begins: what was so at its end, in the order of COUNTED
    # (dashboards/aggregates/class_history.py).
    history: dict[int, list[int]]
    questions: list[AskedQuestion]
    suggestion: Suggestion | None
    markers: list[MarkerLine]
    # activities/state.py
    activities: dict[str, Any]
    # The key is the time at which the step begins.
    points: dict[int, Point]
    now: Now
    # The class number of the last minute; None where there is none.
    trend: Trend | None
    formulas: list[FormulaBegin]
    newest: int | None
    # What each step says, by participant and then by step since the first.
    cells: dict[str, dict[int, Cell]]
    students: dict[str, Student]


def difference(before: View, after: View) -> Message:
    """The parts that are new; of points, history, cells and students only the changed entries."""
    entries = {
        "points": _changed(before["points"], after["points"]),
        "history": _changed(before["history"], after["history"]),
        "cells": _changed_inside(before["cells"], after["cells"]),
        "students": _changed_inside(before["students"], after["students"]),
        "gone": [id_ for id_ in before["students"] if id_ not in after["students"]],
    }
    parts = {key: value for key, value in _changed(before, after).items() if key not in entries}
    return {**parts, **{key: changed for key, changed in entries.items() if changed}}


def _changed(before: Mapping[K, V], after: Mapping[K, V]) -> dict[K, V]:
    return {key: value for key, value in after.items() if key not in before or before[key] != value}


def _changed_inside(
    before: Mapping[str, Mapping[K, V]], after: Mapping[str, Mapping[K, V]]
) -> dict[str, dict[K, V]]:
    nothing: Mapping[K, V] = {}
    # A student of whom nothing was read keeps the very object.
    news = {id_: values for id_, values in after.items() if values is not before.get(id_)}
    changes = {id_: _changed(before.get(id_, nothing), values) for id_, values in news.items()}
    return {id_: changed for id_, changed in changes.items() if changed}
