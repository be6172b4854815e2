"""Teachers and students who do something at the same moment."""

from collections.abc import Callable

import pytest

from activities.models import Answer, Question
from tests.activities.lesson import Lesson
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_teachers_who_ask_the_same_at_once_ask_one_question() -> None:
    lesson = Lesson()
    asked = at_once(*[lambda: lesson.lead("question-ask", ready="clear").json()["id"]] * 2)
    assert len(set(asked)) == 1
    assert Question.objects.count() == 1


def test_of_two_questions_at_once_one_is_open() -> None:
    lesson = Lesson()
    at_once(*[lambda name=name: lesson.lead("question-ask", ready=name) for name in ("clear", "done")])
    assert Question.objects.filter(closed_at=None).count() == 1


def answers_of(lesson: Lesson, question: Question) -> list[Callable[[], int]]:
    return [lambda one=one: lesson.answer(one, question, option="0").status_code for one in lesson.students]


def test_answers_while_a_question_closes_are_counted_or_refused() -> None:
    lesson = Lesson(students=8)
    question = lesson.ask(anonymous="on")
    answers = [
        lambda one=one: lesson.answer(one, question, option="0").status_code for one in lesson.students
    ]
    codes = at_once(*answers, lambda: lesson.lead("question-change", question.pk, do="close").status_code)
    question.refresh_from_db()
    assert question.result["count"] == codes[:-1].count(200)
    assert not Answer.objects.exists()


def test_a_question_that_is_erased_while_it_is_answered_leaves_nothing() -> None:
    lesson = Lesson(students=6)
    question = lesson.ask()
    answers = [
        lambda one=one: lesson.answer(one, question, option="0").status_code for one in lesson.students
    ]
    codes = at_once(*answers, lambda: lesson.lead("question-change", question.pk, do="erase").status_code)
    assert set(codes[:-1]) <= {200, 404, 409}
    assert not Answer.objects.exists()
    assert not Question.objects.exists()
