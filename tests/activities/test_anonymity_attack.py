"""Somebody who reads everything that leaves the product looks for whose an anonymous answer is."""

import logging
import re
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.urls import reverse

from tests import factory
from tests.activities.lesson import Lesson

pytestmark = pytest.mark.django_db
NAMES = ["Annabel", "Benedict", "Cleopatra", "Dominic", "Eleonora", "Friederike"]
TEXTS = ["zebra", "apricot", "mango", "kiwi", "papaya", "quince"]
EXPORTS = ["report", "report-csv", "events-csv"]


@pytest.fixture
def lesson() -> Lesson:
    """A lesson in which each student gave an answer of their own, and that is over."""
    lesson = Lesson()
    lesson.students = [lesson.join(name) for name in NAMES]
    question = lesson.ask("text", text="What is unclear?", anonymous="on")
    for student, text in zip(lesson.students, TEXTS, strict=True):
        lesson.answer(student, question, text=text)
    question.close()
    lesson.session.close()
    return lesson


def read(response) -> str:
    body = response.content
    return body.decode()


def test_the_report_has_the_answers_that_are_looked_for(lesson: Lesson) -> None:
    report = read(lesson.teacher.get(reverse("report", args=[lesson.session.pk])))
    assert all(text in report for text in [*TEXTS, *NAMES])


@pytest.mark.parametrize("name", EXPORTS)
def test_no_line_of_an_export_has_a_name_and_an_answer(lesson: Lesson, name: str) -> None:
    exported = read(lesson.teacher.get(reverse(name, args=[lesson.session.pk])))
    for line in exported.splitlines():
        told = [text for text in TEXTS if text in line]
        assert not (told and any(student in line for student in NAMES)), line


@pytest.mark.parametrize("name", EXPORTS)
def test_answers_in_an_export_are_in_the_order_of_the_alphabet(lesson: Lesson, name: str) -> None:
    exported = read(lesson.teacher.get(reverse(name, args=[lesson.session.pk])))
    order = re.findall("|".join(TEXTS), exported)
    assert order in ([], sorted(TEXTS))


@pytest.mark.parametrize("name", ["report-csv", "events-csv"])
def test_answers_in_an_export_have_the_time_of_the_question_or_none(lesson: Lesson, name: str) -> None:
    lines = read(lesson.teacher.get(reverse(name, args=[lesson.session.pk]))).splitlines()
    answers = [line for line in lines if any(text in line for text in TEXTS)]
    times = {tuple(re.findall(r"\d\d:\d\d:\d\d", line)) for line in answers}
    assert len(times) <= 1


def test_a_students_own_page_does_not_keep_an_anonymous_answer(lesson: Lesson) -> None:
    for student, text in zip(lesson.students, TEXTS, strict=True):
        page = factory.browser_of(student).get(reverse("room", args=[lesson.session.pk]))
        assert text not in page.content.decode()


def test_no_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lesson = Lesson(students=6)
    question = lesson.ask("text", anonymous="on")
    for student, text in zip(lesson.students, TEXTS, strict=True):
        lesson.answer(student, question, text=text)
        lesson.answer(student, question, text=f"{text} " * 400)  # refused: too long
    question.close()
    # Statements of the database are logged under DEBUG only, in tests and on a developer's machine.
    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in logged if any(text in line for text in TEXTS)]


def test_redis_holds_neither_answers_nor_who_gave_them(
    empty_redis: redis.Redis, django_capture_on_commit_callbacks
) -> None:
    lesson = Lesson(students=6)
    question = lesson.ask("text", anonymous="on")
    for student, text in zip(lesson.students, TEXTS, strict=True):
        with django_capture_on_commit_callbacks(execute=True):
            lesson.answer(student, question, text=text)
    with django_capture_on_commit_callbacks(execute=True):
        question.close()
    kept = b" ".join(key + b" " + (empty_redis.dump(key) or b"") for key in empty_redis.scan_iter())
    assert question.pk.hex.encode() not in kept
    assert not [text for text in TEXTS if text.encode() in kept]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps deleted rows until autovacuum")
def test_the_files_of_sqlite_hold_no_order_of_answering_once_the_question_is_closed() -> None:
    lesson = Lesson(students=6)
    question = lesson.ask("text", anonymous="on")
    for student, text in zip(lesson.students, TEXTS, strict=True):
        lesson.answer(student, question, text=text)
    assert order_in_files() != sorted(TEXTS)
    question.close()
    assert order_in_files() == sorted(TEXTS)


def order_in_files() -> list[str]:
    database = Path(connection.settings_dict["NAME"])
    files = [database, database.with_name(f"{database.name}-wal")]
    return re.findall("|".join(TEXTS), "".join(file.read_bytes().decode(errors="ignore") for file in files))
