"""What somebody learns who lays all formats beside each other, and those of two moments: what the page tells.

tests/dashboards/test_attacks.py has the attacks on the page's own numbers.
"""

import csv
import io
import json
from collections import defaultdict

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from api.endpoints.terms import TERM_TABLES
from classroom.models import CONSENT_TEXT_VERSION, Mode
from dashboards.course.overview import CourseOverview, Term
from dashboards.report.csv_format import FORMATS
from exports.columns import columns_of
from exports.json_document import json_document
from exports.record import SessionRecord
from exports.schema import TABLES
from exports.sheets import SHEETS, sheet_columns
from exports.term_workbook import term_workbook
from exports.tidy_csv import file_name, tidy_csv
from exports.workbook import workbook
from tests import factory
from tests.api.clients import Program
from tests.dashboards import classes
from tests.dashboards.classes import after
from tests.exports import lessons
from tests.exports.lessons import CLASS, OWN
from tests.slow import slow

pytestmark = pytest.mark.django_db
ABOUT_CLASS = [column.name for column in columns_of(TABLES["minutes"], camera=True) if column.is_about_camera]
OF_SESSION = [name for name in ABOUT_CLASS if name in TABLES["session"].model_fields]
FORMATS_READ = ("json", "csv", "xlsx")


def tables(record: SessionRecord) -> dict[str, dict[str, list[dict]]]:
    """The rows of each table by format, as a reader of the file has them."""
    document = json.loads(json_document(record))
    files = tidy_csv(record, FORMATS["comma"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(record)))
    found: dict[str, dict[str, list[dict]]] = {name: {} for name in FORMATS_READ}
    for name in TABLES:
        found["json"][name] = document[name] if name != "session" else [document[name]]
        found["csv"][name] = list(csv.DictReader(files[file_name(name)].removeprefix("\ufeff").splitlines()))
        if SHEETS.get(name) in book.sheet_names:
            keys = [column.name for column in sheet_columns(name, [record])]
            rows = book.get_sheet_by_name(SHEETS[name]).to_python()[1:]
            found["xlsx"][name] = [dict(zip(keys, row, strict=True)) for row in rows]
    return found


def about_class(record: SessionRecord) -> dict[str, list]:
    """All that each format says about expressions of the class as a whole."""
    return {
        name: [
            [[row[column] for column in ABOUT_CLASS] for row in told["minutes"]],
            [[row[column] for column in OF_SESSION] for row in told.get("session", [])],
            [row for row in told.get("gaps", []) if row["participant"] in (None, "")],
            [row for row in told.get("averages", []) if row["participant"] in (None, "")],
        ]
        for name, told in tables(record).items()
    }


def a_dozen(**eva) -> tuple:
    """A session with one who shares their expressions, and 13 in the class average only."""
    session = classes.session(mode=Mode.ANALYTICS, closed_at=after(120))
    classes.student(session, "Otto", level=OWN, scores=[0.6] * 24, every=5)
    for n in range(12):
        classes.student(session, f"S{n}", level=CLASS, scores=[0.8, 0.9] * 12, every=5)
    return session, classes.student(
        session, "Eva", **{"level": CLASS, "scores": [0.137] * 24, "every": 5} | eva
    )


ACTS = [
    lambda eva: eva.withdraw_consent(),
    lambda eva: eva.erase(),
    slow(lambda eva: eva.give_consent(OWN, CONSENT_TEXT_VERSION)),
    slow(lambda eva: eva.leave()),
]


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_files_from_before_and_after_a_student_takes_back_say_the_same_of_the_class(act):
    session, eva = a_dozen()
    before = about_class(lessons.record_of(session, 130))
    assert all(float(row[0]) > 0 for told in before.values() for row in told[0][:2])
    act(eva)
    assert about_class(lessons.record_of(session, 140)) == before


@pytest.mark.slow
def test_a_student_who_erased_everything_is_in_no_file():
    session, eva = a_dozen()
    assert tables(lessons.record_of(session, 130))
    eva.erase()
    told = tables(lessons.record_of(session, 140))
    assert "Eva" not in json.dumps(told, default=str)
    assert {len(rows["participants"]) for rows in told.values()} == {13}


def test_a_student_who_withdrew_has_presence_and_nothing_that_was_measured():
    session, eva = a_dozen(level=OWN)
    record = lessons.record_of(session, 130)
    number = next(row.participant for row in record.participants if row.name == "Eva")
    assert any(row.average for row in record.participant_minutes if row.participant == number)
    eva.withdraw_consent()
    for told in tables(lessons.record_of(session, 140)).values():
        own = [row for row in told["participants"] if row["name"] == "Eva"]
        own += [row for row in told.get("participant_minutes", []) if str(row["participant"]) == str(number)]
        assert {row["average"] for row in own} <= {None, ""}
        assert {row.get("expression", "") for row in own} == {""}


def test_a_minute_follows_from_the_ten_seconds_that_the_wide_csv_has():
    """So the table of minutes, in whatever format, tells nothing that was not told before."""
    session, _eva = a_dozen()
    record = lessons.record_of(session, 130)
    browser = factory.signed_in(classes.teacher_of(session))
    steps = {row["from"]: row for row in classes.csv_rows(browser.get(f"/sessions/{session.pk}/report.csv"))}
    shown = defaultdict(list)
    for begin, row in steps.items():
        if row["class_score"][:1].isdigit():
            shown[begin[:16]].append((float(row["class_score"]), int(row["class_counted"])))
    for row in record.minutes:
        own = shown[row.begins_at.isoformat()[:16]]
        counted = sum(count for _score, count in own)
        mean = sum(score * count for score, count in own) / counted if counted else None
        assert row.average == (None if mean is None else pytest.approx(mean, abs=0.0051))


@pytest.mark.postgresql
@pytest.mark.parametrize("others", [4, 5])
def test_where_too_few_are_in_the_class_average_only_no_file_depends_on_a_face(others):
    """Five or six with a camera: Eva's face is there or not, and every cell of every format is the same."""
    seen = []
    for scores in ([0.9] * 12, [None] * 12):
        session = classes.session(mode=Mode.ANALYTICS, closed_at=after(60))
        for n in range(5):
            classes.student(session, f"Own {n}", level=OWN, scores=[0.5, 0.6] * 6, every=5, begin=n / 100)
        for n in range(others):
            classes.student(session, f"S{n}", level=CLASS, scores=[0.7] * 12, every=5, begin=0.1 + n / 100)
        classes.student(session, "Eva", level=CLASS, scores=scores, every=5, begin=0.2)
        told = tables(lessons.record_of(session, 70))
        seen.append(json.dumps(told, default=str).replace(str(session.pk), ""))
        session.delete()
    assert seen[0] == seen[1]


def test_while_ten_seconds_last_no_file_says_anything_of_them():
    session = classes.session(mode=Mode.ANALYTICS)
    people = [classes.student(session, f"S{n}", level=CLASS, scores=[0.7] * 14, every=5) for n in range(20)]
    before = about_class(lessons.record_of(session, 68))
    smiling = people[0].active_consent()
    factory.save_readings(
        [
            factory.unsaved_reading(smiling, taken_at=after(67 + n / 10), score=0.1, expression="anger")
            for n in range(9)
        ]
    )
    assert about_class(lessons.record_of(session, 68)) == before


def of_term(session) -> dict[str, dict[str, list[dict]]]:
    """What a program and the term's workbook say of a course with this one session, table by table."""
    course = session.course
    program = Program.of(course.owner)
    answers = {
        name: program.get(f"/courses/{course.pk}/{table.path}", {"limit": 5000}).json()
        for name, table in TERM_TABLES.items()
    }
    assert all(answer["next"] is None for answer in answers.values())
    overview = CourseOverview.of(course, Term(), timezone.now())
    records = [SessionRecord.of(report) for report in overview.reports]
    book = CalamineWorkbook.from_filelike(io.BytesIO(term_workbook(overview, records)))
    sheets = {}
    for name in TABLES:
        if SHEETS.get(name) in book.sheet_names:
            keys = [column.name for column in sheet_columns(name, records)]
            rows = book.get_sheet_by_name(SHEETS[name]).to_python()[1:]
            sheets[name] = [dict(zip(keys, row, strict=True)) for row in rows]
    return {"api": {name: answer["items"] for name, answer in answers.items()}, "term": sheets}


def of_the_class(told: dict[str, list[dict]]) -> list:
    # A workbook has no sheet of gaps where there are none.
    rows = [*told.get("gaps", []), *told["averages"]]
    whole = [row for row in rows if row["participant"] in (None, "")]
    return [
        [[row[column] for column in ABOUT_CLASS] for row in told["minutes"]],
        [[row[column] for column in OF_SESSION] for row in told["session"]],
        whole,
    ]


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_a_program_and_a_terms_workbook_say_the_same_of_the_class_before_and_after(act):
    session, eva = a_dozen()
    before = {name: of_the_class(told) for name, told in of_term(session).items()}
    assert all(float(row[0]) > 0 for told in before.values() for row in told[0][:2])
    act(eva)
    assert {name: of_the_class(told) for name, told in of_term(session).items()} == before


@pytest.mark.slow
def test_a_program_and_a_terms_workbook_have_no_word_of_a_student_who_erased_everything():
    session, eva = a_dozen(level=OWN)
    assert all("Eva" in json.dumps(told, default=str) for told in of_term(session).values())
    eva.erase()
    for told in of_term(session).values():
        assert "Eva" not in json.dumps(told, default=str)
        assert len(told["participants"]) == 13


@pytest.mark.slow
def test_in_a_term_no_cell_depends_on_a_face_where_too_few_are_in_the_class_average_only():
    seen = []
    for scores in ([0.9] * 12, [None] * 12):
        session = classes.session(mode=Mode.ANALYTICS, closed_at=after(60))
        for n in range(5):
            classes.student(session, f"Own {n}", level=OWN, scores=[0.5, 0.6] * 6, every=5, begin=n / 100)
        for n in range(4):
            classes.student(session, f"S{n}", level=CLASS, scores=[0.7] * 12, every=5, begin=0.1 + n / 100)
        classes.student(session, "Eva", level=CLASS, scores=scores, every=5, begin=0.2)
        told = json.dumps(of_term(session), default=str)
        seen.append(told.replace(str(session.pk), "").replace(session.course.name, ""))
        session.delete()
    assert seen[0] == seen[1]
