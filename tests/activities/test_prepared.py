"""The page on which a course's teachers prepare questions."""

import pytest
from django.urls import reverse

from activities.models import PreparedQuestion
from tests import factory

pytestmark = pytest.mark.django_db
CHOICE = {"kind": "choice", "text": "2 + 2?", "option": ["3", "", "4"], "right": "2", "anonymous": "on"}


@pytest.fixture
def course():
    return factory.course()


@pytest.fixture
def browser(course):
    return factory.signed_in(course.owner)


def url(name, course, *ids):
    return reverse(name, args=[course.pk, *ids])


def add(browser, course, **fields) -> PreparedQuestion:
    response = browser.post(url("prepared-questions", course), CHOICE | fields)
    assert response.status_code == 302, response.content.decode()
    return course.prepared_questions.last()


def test_a_question_is_added_without_its_blank_answers(browser, course) -> None:
    question = add(browser, course)
    assert (question.options, question.right_options, question.is_anonymous) == (["3", "4"], [1], True)


def test_a_question_is_changed_and_its_form_holds_what_it_was(browser, course) -> None:
    question = add(browser, course)
    page = url("prepared-question", course, question.pk)
    shown = browser.get(page).content.decode()
    assert 'value="4"' in shown
    assert browser.post(page, CHOICE | {"kind": "scale", "low": "never", "high": "always"}).status_code == 302
    question.refresh_from_db()
    assert (question.kind, question.options, question.right_options) == ("scale", ["never", "always"], None)
    assert 'value="always"' in browser.get(page).content.decode()


def test_questions_are_moved_and_deleted(browser, course) -> None:
    questions = [add(browser, course, text=text) for text in "abc"]
    browser.post(url("prepared-question-change", course, questions[2].pk), {"do": "up"})
    browser.post(url("prepared-question-change", course, questions[0].pk), {"do": "delete"})
    assert [one.text for one in course.prepared_questions.all()] == ["c", "b"]


def test_a_question_that_is_refused_keeps_what_was_typed(browser, course) -> None:
    response = browser.post(url("prepared-questions", course), CHOICE | {"option": ["only this"]})
    assert "A choice needs two to six answers." in response.content.decode()
    assert "only this" in response.content.decode()
    assert not PreparedQuestion.objects.exists()


@pytest.mark.parametrize("right", ["-1", "99", "nonsense", "\u0662\u0662"])
def test_a_right_answer_that_is_not_there_is_ignored(browser, course, right: str) -> None:
    assert add(browser, course, right=right).right_options is None


def test_a_course_takes_a_bounded_number(browser, course, settings) -> None:
    settings.MOST_PREPARED_QUESTIONS = 1
    add(browser, course)
    assert browser.post(url("prepared-questions", course), CHOICE).status_code == 200
    assert course.prepared_questions.count() == 1


def test_another_teacher_finds_none_of_it(browser, course) -> None:
    question = add(browser, course)
    stranger = factory.signed_in(factory.teacher())
    for name, ids in (("prepared-questions", ()), ("prepared-question", (question.pk,))):
        assert stranger.get(url(name, course, *ids)).status_code == 404
        assert stranger.post(url(name, course, *ids), CHOICE).status_code == 404
    assert stranger.post(url("prepared-question-change", course, question.pk)).status_code == 404


def test_questions_are_copied_once_from_another_course_of_the_teacher(browser, course) -> None:
    source = factory.course(course.owner, name="Waves")
    for text in ("First?", "Second?"):
        source.prepared_questions.create(kind="text", text=text, position=source.prepared_questions.count())
    add(browser, course, text="Own?")
    assert "Waves" in browser.get(url("prepared-questions", course)).content.decode()
    for _time in range(2):
        browser.post(url("prepared-copy", course), {"course": source.pk})
    found = course.prepared_questions.values_list("text", flat=True)
    assert list(found) == ["Own?", "First?", "Second?"]


@pytest.mark.parametrize("source", ["a course of somebody else", "nonsense", ""])
def test_nothing_is_copied_from_a_course_that_the_user_does_not_teach(browser, course, source) -> None:
    other = factory.course()
    other.prepared_questions.create(kind="text", text="Secret?")
    sent = {"course": other.pk if source.startswith("a course") else source}
    assert browser.post(url("prepared-copy", course), sent).status_code == 404
    assert not course.prepared_questions.exists()


def test_a_course_takes_no_more_copies_than_it_has_room_for(browser, course, settings) -> None:
    settings.MOST_PREPARED_QUESTIONS = 2
    source = factory.course(course.owner)
    for text in "abc":
        source.prepared_questions.create(kind="text", text=text)
    browser.post(url("prepared-copy", course), {"course": source.pk})
    assert course.prepared_questions.count() == 2
