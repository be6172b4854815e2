"""Asking a class, and what became of its answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Answer, ClassTools, PreparedQuestion, Question
from activities.tasks import close_due_questions
from tests import factory
from tests.activities.lesson import Lesson


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("kind", "given", "counted"),
    [
        ("choice", {"option": "1"}, {"counts": [0, 1]}),
        ("scale", {"value": "4"}, {"counts": [0, 0, 0, 1, 0]}),
        ("word", {"text": " Fun "}, {"words": [["fun", "Fun", 1]]}),
        ("text", {"text": "It is clear to me"}, {"texts": ["It is clear to me"]}),
    ],
)
def test_an_answer_of_each_kind_is_counted_once(lesson: Lesson, kind, given, counted) -> None:
    anna = lesson.join()
    question = lesson.ask(kind)
    for _time in range(2):
        assert lesson.answer(anna, question, **given).status_code == 200
    shown = lesson.state()["question"]
    assert {"answered": shown["answered"], "asked": shown["asked"]} == {"answered": 1, "asked": 1}
    found = {**shown["result"], "words": shown["words"], "texts": shown["texts"]}
    assert counted.items() <= found.items()


def test_a_changed_answer_replaces_the_earlier_one(lesson: Lesson) -> None:
    anna = lesson.join()
    question = lesson.ask()
    lesson.answer(anna, question, option="0")
    lesson.answer(anna, question, option="1")
    assert lesson.state()["question"]["result"]["counts"] == [0, 1]
    assert lesson.shown_to(anna)["own"]["answer"]["chosen"] == [1]


def test_several_answers_count_where_they_are_allowed(lesson: Lesson) -> None:
    anna = lesson.join()
    question = lesson.ask(several="on")
    lesson.answer(anna, question, option=["0", "1"])
    assert lesson.state()["question"]["result"] == {"count": 1, "counts": [1, 1]}


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("choice", {"option": ["0", "1"]}, "Please choose one answer."),
        ("choice", {"option": "7"}, None),
        ("choice", {"option": "-1"}, None),
        ("choice", {}, None),
        ("scale", {"value": "6"}, None),
        ("scale", {"value": "2.5"}, None),
        ("word", {"text": "two words"}, "Please answer with one word."),
        ("word", {"text": "x" * 31}, None),
        ("word", {"text": "\u200b"}, None),
        ("text", {"text": "x" * 501}, None),
        ("text", {"text": " "}, None),
    ],
)
def test_an_answer_that_is_none_is_refused_with_a_reason(lesson: Lesson, kind, given, reason) -> None:
    anna = lesson.join()
    response = lesson.answer(anna, lesson.ask(kind), **given)
    assert response.status_code == 400
    assert response.json()["error"] == reason or (reason is None and response.json()["error"])
    assert not Answer.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize(
    "fields",
    [
        {"option": ["only one"]},
        {"option": [f"answer {number}" for number in range(7)]},
        {"option": ["same", " same "]},
        {"option": ["x" * 81, "short"]},
        {"kind": "scale", "low": "never"},
        {"kind": "essay"},
        {"text": " "},
        {"seconds": "4"},
        {"seconds": "soon"},
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(lesson: Lesson, fields) -> None:
    sent = {"kind": "choice", "text": "Really?", "option": ["Yes", "No"]} | fields
    response = lesson.lead("question-ask", **sent)
    assert response.status_code == 400
    assert response.json()["error"]
    assert not Question.objects.exists()


def test_a_new_question_closes_the_one_before(lesson: Lesson) -> None:
    first, second = lesson.ask(), lesson.ask("text")
    first.refresh_from_db()
    assert not first.is_open
    assert second.is_open
    assert lesson.state()["question"]["id"] == str(second.pk)


def test_results_are_hidden_until_the_question_closes(lesson: Lesson) -> None:
    anna = lesson.join()
    question = lesson.ask(right="0")
    lesson.answer(anna, question, option="0")
    before = lesson.shown_to(anna)["shared"]["question"]
    assert (before["result"], before["right"]) == (None, None)
    lesson.lead("question-change", question.pk, do="close")
    after = lesson.shown_to(anna)["shared"]["question"]
    assert (after["result"], after["right"]) == ({"count": 1, "counts": [1, 0]}, None)
    lesson.lead("question-change", question.pk, do="show_right")
    assert lesson.shown_to(anna)["shared"]["question"]["right"] == [0]
    assert lesson.answer(anna, question, option="1").json()["error"] == "This question is closed."


def test_with_names_the_teacher_sees_who_answered_what_and_who_has_not(lesson: Lesson) -> None:
    anna, ben = lesson.join("Anna"), lesson.join("Ben")
    question = lesson.ask()
    lesson.answer(anna, question, option="1")
    shown = lesson.state()["question"]
    assert [(one["participant"], one["chosen"]) for one in shown["answers"]] == [(str(anna.pk), [1])]
    assert shown["waiting"] == [str(ben.pk)]


def test_open_texts_reach_the_teacher_and_no_student(lesson: Lesson) -> None:
    anna = lesson.join()
    question = lesson.ask("text")
    lesson.answer(anna, question, text="I still do not see why")
    question.close()
    assert lesson.state()["question"]["texts"] == ["I still do not see why"]
    assert "still do not see" not in str(lesson.shown_to(anna)["shared"])


@pytest.mark.postgresql
def test_a_question_closes_when_its_time_is_up(lesson: Lesson, settings) -> None:
    anna = lesson.join()
    question = lesson.ask(seconds="10")
    late = timezone.now() - timedelta(seconds=10) - settings.ANSWER_GRACE
    Question.objects.filter(pk=question.pk).update(opened_at=late)
    assert lesson.answer(anna, question, option="0").status_code == 409
    close_due_questions()
    question.refresh_from_db()
    assert question.closed_at


def test_a_prepared_question_is_asked_as_it_was_written(lesson: Lesson) -> None:
    prepared = PreparedQuestion.objects.create(
        course=lesson.session.course, kind="choice", text="2 + 2?", options=["3", "4"], right_options=[1]
    )
    question = Question.objects.get(pk=lesson.lead("question-ask", prepared=prepared.pk).json()["id"])
    assert question.content() == prepared.content()


def test_a_prepared_question_of_another_course_is_not_found(lesson: Lesson) -> None:
    prepared = PreparedQuestion.objects.create(course=factory.course(), kind="text", text="Secret?")
    assert lesson.lead("question-ask", prepared=prepared.pk).status_code == 404


def test_prepared_questions_move_up_and_down(lesson: Lesson) -> None:
    course = lesson.session.course
    made = [
        PreparedQuestion.objects.create(course=course, kind="text", text=text, position=place)
        for place, text in enumerate("abc")
    ]
    made[2].move(-1)
    made[0].move(-1)
    assert "".join(course.prepared_questions.values_list("text", flat=True)) == "acb"


@pytest.mark.parametrize("name", ["clear", "pace", "done"])
def test_ready_questions_are_asked_in_one_tap(lesson: Lesson, name: str) -> None:
    assert lesson.lead("question-ask", ready=name).status_code == 201
    assert lesson.state()["question"]["anonymous"]


def test_the_end_of_a_session_closes_its_question(lesson: Lesson, django_capture_on_commit_callbacks) -> None:
    question = lesson.ask()
    with django_capture_on_commit_callbacks(execute=True):
        lesson.session.close()
    question.refresh_from_db()
    assert question.closed_at
    assert lesson.lead("question-ask", ready="clear").status_code == 409


def test_a_session_takes_a_bounded_number_of_questions(lesson: Lesson, settings) -> None:
    settings.MOST_QUESTIONS = 2
    lesson.ask(text="First?")
    lesson.ask(text="Second?")
    assert lesson.lead("question-ask", ready="clear").status_code == 409


def test_a_double_click_asks_once(lesson: Lesson) -> None:
    first, second = (lesson.lead("question-ask", ready="clear").json()["id"] for _time in range(2))
    assert first == second
    assert Question.objects.count() == 1


def test_the_same_question_is_asked_again_a_moment_later(lesson: Lesson, settings) -> None:
    first = lesson.ask()
    Question.objects.update(opened_at=timezone.now() - settings.DOUBLE_CLICK)
    assert lesson.ask().pk != first.pk


@pytest.mark.postgresql
def test_an_open_question_does_not_tell_what_is_right(lesson: Lesson) -> None:
    anna, question = lesson.join(), lesson.ask(right="0")
    lesson.lead("question-change", question.pk, do="show_right")
    assert lesson.shown_to(anna)["shared"]["question"]["right"] is None
    question.close()
    assert lesson.shown_to(anna)["shared"]["question"]["right"] is None


def test_an_answer_to_a_question_that_was_erased_is_refused(lesson: Lesson) -> None:
    anna, question = lesson.join(), lesson.ask()
    lesson.lead("question-change", question.pk, do="erase")
    assert lesson.answer(anna, question, option="0").status_code == 404
    # It was erased after the page had found it.
    assert not question.save_answer(anna, chosen=[0])


def test_a_question_that_is_put_away_leaves_the_screens(lesson: Lesson) -> None:
    anna, question = lesson.join(), lesson.ask()
    lesson.lead("question-change", question.pk, do="put_away")
    assert lesson.shown_to(anna)["shared"]["question"] is None
    assert lesson.state()["question"] is None


def test_each_change_has_a_higher_number(lesson: Lesson) -> None:
    numbers = []
    for number in range(3):
        lesson.ask(text=f"Number {number}?")
        numbers.append(ClassTools.objects.of(lesson.session.pk).revision)
    assert numbers == sorted(set(numbers))


def test_answers_with_names_go_with_an_erased_student(lesson: Lesson) -> None:
    anna = lesson.join()
    lesson.answer(anna, lesson.ask(), option="0")
    anna.erase()
    assert not Answer.objects.exists()


def test_an_answer_after_leaving_is_refused(lesson: Lesson) -> None:
    anna, question = lesson.join(), lesson.ask()
    anna.leave()
    assert lesson.answer(anna, question, option="0").status_code == 409


def test_a_flood_of_answers_is_slowed_down(lesson: Lesson, settings) -> None:
    settings.ACTIVITIES_OF_ONE_STUDENT = "2/m"
    anna, question = lesson.join(), lesson.ask()
    codes = [lesson.answer(anna, question, option="0").status_code for _time in range(3)]
    assert codes == [200, 200, 409]


@pytest.mark.postgresql
def test_putting_an_open_question_away_tells_the_pages_once(lesson: Lesson) -> None:
    question = lesson.ask()
    before = ClassTools.objects.of(lesson.session.pk).revision
    lesson.lead("question-change", question.pk, do="put_away")
    assert ClassTools.objects.of(lesson.session.pk).revision == before + 1
    question.refresh_from_db()
    assert (question.is_open, question.is_shown) == (False, False)
