"""The parts of workbooks keep to ECMA-376 and to Excel's own limits: it repairs or refuses any other file."""

from collections.abc import Iterator

import pytest
from django.utils import timezone, translation

from dashboards.course.overview import CourseOverview, Term
from exports.record import SessionRecord
from exports.term_workbook import term_workbook
from exports.workbook import workbook
from tests.dashboards import classes, taught
from tests.exports import lessons
from tests.exports.strict_excel import problems

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Not allowed in XML, an escape of Excel's own, marks of direction, a formula, and a text that is too long.
HOSTILE = "\x0b\x1f\uffff _x0041_ \u202e]]> &amp; <b>='x'!A1"
LONG = "=W" * 20_000


def hostile_lesson(**fields):
    session = lessons.with_cameras(**fields)
    session.title = HOSTILE
    session.save()
    lessons.formula_names(session)
    question = taught.ask(session, text=HOSTILE)
    question.options = [HOSTILE, "[x]:*?/\\"]
    question.save()
    taught.answer(question, {"chosen": [0]}, {"chosen": [1]})
    taught.answer(taught.ask(session, "text", text="?"), {"text": LONG})
    taught.student(session, HOSTILE[:30])
    return session


def of_term(course) -> bytes:
    overview = CourseOverview.of(course, Term(), timezone.now())
    return term_workbook(overview, [SessionRecord.of(report) for report in overview.reports])


def made() -> Iterator[tuple[str, bytes]]:
    session = hostile_lesson()
    for language in ("en", "de", "ar"):
        with translation.override(language):
            yield language, workbook(lessons.record_of(session))
            yield f"term, {language}", of_term(session.course)
    yield (
        "nobody came",
        workbook(lessons.record_of(classes.session(mode="participation", closed_at=classes.after(60)))),
    )
    hostile_lesson(course=session.course)
    session.course.name = HOSTILE
    yield "two sessions", of_term(session.course)


def test_a_workbook_holds_nothing_that_excel_refuses(tmp_path):
    # Imported here: pytest rewrites its seventy modules, in each process that collects this file.
    from openxml_audit import FileFormat, OpenXmlValidator

    for name, content in made():
        assert problems(content) == [], name
        file = tmp_path / "made.xlsx"
        file.write_bytes(content)
        # Every part against the schemas of ECMA-376.
        result = OpenXmlValidator(FileFormat.OFFICE_2019).validate(file)
        assert [str(error) for error in result.errors] == [], name
