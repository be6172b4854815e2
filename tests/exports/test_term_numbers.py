"""Every number of a term's workbook is one that the API publishes of its session, read by who knows neither.

calamine reads the cells; titles and units are those of the published schema.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import override_settings
from django.utils import timezone

from classroom.models import ClassSession
from dashboards.report.own_report import OwnReport
from exports.formats import FORMATS, Order
from exports.models import Export
from tests import factory
from tests.api.clients import Program
from tests.dashboards import taught
from tests.dashboards.classes import START
from tests.exports import lessons
from tests.exports.test_workbook import read

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((Path(site.BASE_DIR) / "docs/schema/session-1.1.json").read_text())
# The lesson took place on one day in March.
KEPT = timedelta(days=10_000)
HOSTILE = ["=1+1", "דנה כהן", "🦉", "L" * 80, "a;b;c", "first\nsecond", '"; =cmd|x', "\u202eevil"]
# By the sheets' names, which the term's page says.
TABLE_OF = {
    "Sessions": "session",
    "Timeline": "minutes",
    "Participants": "participants",
    "Averages": "averages",
    "Visits": "visits",
    "Questions": "questions",
    "Answers": "results",
    "Answers with names": "answers",
    "Students' questions": "student_questions",
    "Hands": "hands",
    "Feedback": "feedback",
    "Markers": "markers",
    "Time without data": "gaps",
}


def hostile(session: ClassSession) -> None:
    """Everything that people type, as somebody types it who wants to break a table."""
    for place, text in enumerate(HOSTILE):
        taught.asked(session, text)
        factory.marker(session, text, at=session.opened_at + timedelta(seconds=60 + place))
        question = taught.ask(session, text=text, options=[f"{text} A", "No"], at=1200 + 61 * place)
        taught.answer(question, {"chosen": [0]}, {"chosen": [1]})


def made_term() -> tuple[ClassSession, ClassSession]:
    course = factory.course(name="=1+1; Physik")
    first = lessons.with_cameras(course=course)
    day = START + timedelta(days=1)
    second = taught.lesson(0, course=course, opened_at=day, title=HOSTILE[3])
    for name in HOSTILE:
        taught.student(second, name)
    ends = {first.pk: lessons.after(40 * lessons.MINUTE), second.pk: day + timedelta(hours=1)}
    for pk, end in ends.items():
        ClassSession.objects.filter(pk=pk).update(closed_at=end)
    ClassSession.objects.filter(pk=second.pk).update(started_at=day)
    hostile(second)
    return first, second


@pytest.fixture(scope="module")
def term(for_all_tests):
    with override_settings(READING_RETENTION=KEPT):
        return for_all_tests(made_term)


@pytest.fixture(autouse=True)
def readings_are_kept(settings):
    settings.READING_RETENTION = KEPT


def documents(term) -> list[dict[str, Any]]:
    program = Program.of(term[0].course.owner)
    return [program.get(f"/sessions/{session.pk}/document").json() for session in term]


def fields_of(table: str) -> dict[str, tuple[str, str]]:
    """The name and the unit of each column, by its title."""
    place = SCHEMA["properties"][table]
    row = SCHEMA["$defs"][(place.get("items") or place)["$ref"].rpartition("/")[2]]
    return {about["title"]: (name, about.get("unit", "")) for name, about in row["properties"].items()}


def rows_of(document: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return [document["session"]] if table == "session" else document[table]


def expected_cell(document: dict, table: str, row: dict, title: str) -> tuple[object, str]:
    """What the API publishes for a cell, and its unit."""
    if title in ("Day", "Session") and table != "session":
        begins = datetime.fromisoformat(document["session"]["begins_at"])
        return (begins.date().isoformat(), "date") if title == "Day" else (document["session"]["title"], "")
    fields = fields_of(table)
    if title == "Student" and table != "participants":
        return names(document).get(row["participant"], ""), ""
    if title == "Text" and table in ("results", "answers"):
        return document["questions"][row["question"] - 1]["text"], ""
    name, unit = fields[title.removesuffix(" (UTC)")]
    return row[name], unit


def names(document: dict[str, Any]) -> dict[int, str]:
    return {row["participant"]: row["name"] for row in document["participants"]}


def is_same(cell: object, published: object, unit: str) -> bool:
    if published is None or published == "":
        return cell == ""
    if unit == "date and time":
        moment = datetime.fromisoformat(str(published)).replace(tzinfo=None)
        return abs(cell - moment) < timedelta(seconds=1)
    if unit == "date":
        return cell == date.fromisoformat(str(published))
    if unit == "seconds":
        return abs(seconds_of(cell) - published) < 1
    if isinstance(published, bool):
        return cell == ("Yes" if published else "No")
    return cell == (published if isinstance(published, str) else pytest.approx(published, abs=1e-9))


def seconds_of(cell: object) -> float:
    """calamine has a length of less than a day as a time."""
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    assert isinstance(cell, time)
    return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6


def cells(sheets: dict[str, list[list]], published: list[dict]) -> Iterator[tuple]:
    """Each cell of each table beside what the API says."""
    for sheet, table in TABLE_OF.items():
        rows = [(document, row) for document in published for row in rows_of(document, table)]
        if sheet not in sheets:
            assert not rows, sheet
            continue
        head, *read_rows = sheets[sheet]
        assert len(read_rows) == len(rows), sheet
        for values, (document, row) in zip(read_rows, rows, strict=True):
            for title, cell in zip(head, values, strict=True):
                yield sheet, title, cell, *expected_cell(document, table, row, title)


@pytest.mark.slow
def test_every_cell_of_the_term_is_what_the_api_publishes_of_its_session(term):
    published = documents(term)
    order = Order(term[0].course, {}, timezone.now())
    sheets = read(FORMATS[Export.Format.TERM].render(order))
    assert set(sheets) - {"Summary", "Asked again", "Data dictionary"} <= set(TABLE_OF)
    compared = list(cells(sheets, published))
    wrong = [found for found in compared if not is_same(found[2], found[3], found[4])]
    assert wrong == []
    assert sum(isinstance(found[2], int | float) for found in compared) > 900
    seen = {found[2] for found in compared if isinstance(found[2], str)}
    assert {"=1+1", "a;b;c", "first\nsecond", '"; =cmd|x', "L" * 80} <= seen


@pytest.mark.slow
def test_a_students_own_page_has_the_numbers_of_their_row(term):
    [document, _second] = documents(term)
    rows = {row["participant"]: row for row in document["participants"]}
    joined = sorted(term[0].participants.all(), key=lambda person: (person.joined_at, person.pk))
    compared = 0
    for number, person in enumerate(joined, start=1):
        own, row = OwnReport.of(person, timezone.now()), rows[number]
        assert own.present.total_seconds() == pytest.approx(row["present_seconds"], abs=1)
        assert len(own.visits) == row["visits"]
        if row["average"] is not None:
            [mean] = own.means
            assert (mean.mean, mean.usual) == pytest.approx((row["average"], row["usual"]), abs=1e-6)
            assert own.coverage == pytest.approx(row["coverage"], abs=1e-6)
            compared += 1
    assert compared == len(lessons.NAMES)
