"""The report of what a class was asked and said, and of a class without cameras at all."""

import re

import pytest
from django.urls import reverse

from activities.models import Question
from classroom.models import Consent, Mode
from dashboards.report.report import Report
from tests import factory
from tests.dashboards import classes, taught
from tests.dashboards.classes import after
from tests.dashboards.taught import MINUTE

pytestmark = pytest.mark.django_db

# Of a class without cameras none of these is true or means anything.
CAMERA_WORDS = re.compile(
    r"camera|expression|measured|reading|gap|coverage|usual|score|engagement|fer2013|recogn|error|mirror",
    re.IGNORECASE,
)


def page(session) -> str:
    response = factory.signed_in(classes.teacher_of(session)).get(reverse("report", args=[session.pk]))
    return response.content.decode()


def text_of(session) -> str:
    """The words of the page's main part, with those that only a screen reader or a tooltip says."""
    html = page(session)
    html = html[html.index('<article class="stack-large"') : html.index("</article>")]
    labels = " ".join(re.findall(r'(?:aria-label|title)="([^"]*)"', html))
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()) + labels


def report_of(session) -> Report:
    return Report.of(session, after(3600))


def test_the_report_of_a_class_without_cameras_has_no_word_of_them():
    assert CAMERA_WORDS.findall(text_of(taught.whole())) == []


def test_it_is_drawn_without_scripts():
    html = page(taught.whole())
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="chart"' in html
    assert 'plotly-basic.min.js"></script>' not in html


def test_attendance_has_when_each_student_came_and_left():
    session = taught.lesson(students=0)
    taught.student(session, "Anna", begin=5 * MINUTE, end=20 * MINUTE)
    (row,) = report_of(session).students
    assert row.visits == [(after(5 * MINUTE), after(20 * MINUTE))]
    assert "15 min" in text_of(session)


def test_a_question_has_its_bars_and_its_right_answer():
    session = taught.lesson()
    answers = [{"chosen": [0]}, {"chosen": [1]}, {"chosen": [1]}, {"chosen": [1]}]
    taught.answer(taught.ask(session, right_options=[1]), *answers)
    (asked,) = report_of(session).asked
    assert [(bar.label, bar.count, bar.share, bar.is_right) for bar in asked.bars] == [
        ("Yes", 1, 0.25, False),
        ("No", 3, 0.75, True),
    ]
    assert "4 of 6 answered" in text_of(session)


def test_a_question_with_names_says_who_answered_what_and_who_did_not():
    session = taught.lesson(students=2)
    taught.student(session, "Zoe left before", end=5 * MINUTE)
    taught.answer(taught.ask(session), {"chosen": [0]})
    (asked,) = report_of(session).asked
    assert [(own.name, own.text) for own in asked.answers] == [("Student A", "Yes"), ("Student B", "")]


def test_an_anonymous_question_names_nobody():
    session = taught.lesson()
    taught.answer(taught.ask(session, "text", is_anonymous=True), *[{"text": f"Step {n}"} for n in range(6)])
    (asked,) = report_of(session).asked
    assert asked.answers == []
    assert [text for text, _count in asked.texts] == [f"Step {n}" for n in range(6)]
    assert "Who answered what" not in page(session)


def test_of_fewer_than_five_anonymous_answers_there_is_only_the_number():
    session = taught.lesson()
    taught.answer(taught.ask(session, is_anonymous=True), *[{"chosen": [0]}] * 4)
    text = text_of(session)
    assert "4 of 6 answered" in text
    assert "Fewer than 5 answers" in text
    assert report_of(session).asked[0].bars == []


def test_an_open_anonymous_question_shows_nothing_yet():
    session = taught.lesson()
    taught.ask(session, is_anonymous=True)
    Question.objects.update(closed_at=None)
    (asked,) = report_of(session).asked
    assert (asked.hidden, asked.bars) == ("open", [])
    assert "Shown when the question closes." in text_of(session)


def test_a_cloud_is_a_list_of_words_that_three_said_without_those_that_the_teacher_hid():
    session = taught.lesson(students=8)
    words = [{"text": text} for text in ["Sea", "sea", "séa", "rude", "rude", "rude", "rare", "rare"]]
    taught.answer(taught.ask(session, "word", is_anonymous=True, hidden_words=["rude"]), *words)
    (asked,) = report_of(session).asked
    assert (asked.words, asked.other_words) == ([("Sea", 3)], 5)
    assert "rare" not in text_of(session)


def test_equal_texts_are_one_with_their_number():
    session = taught.lesson()
    taught.answer(taught.ask(session, "text"), {"text": "sine"}, {"text": "sine"}, {"text": "all"})
    assert report_of(session).asked[0].texts == [("all", 1), ("sine", 2)]


def test_check_in_and_exit_ticket_stand_at_begin_and_end():
    text = text_of(taught.whole())
    asked = text[text.index("Questions to the class") :]
    places = [asked.index(words) for words in ("How are you?", "Is it so?", "And now?", "During class")]
    assert places == sorted(places)


def test_students_questions_have_their_votes_and_status():
    session = taught.whole()
    first, second = report_of(session).students_questions
    assert (first.text, first.votes, first.status, first.name) == ("Why is it so?", 3, "answered", "")
    assert (second.votes, second.name) == (0, "Student A")


def test_a_students_question_can_be_deleted_from_the_report():
    session = taught.lesson()
    question = taught.asked(session, "About Wilhelmina?")
    url = reverse("student-question-change", args=[session.pk, question.pk])
    assert url in page(session)
    factory.signed_in(classes.teacher_of(session)).post(url, {"do": "erase"})
    assert "Wilhelmina" not in page(session)


def test_hands_say_how_many_and_how_long_they_waited():
    session = taught.lesson()
    people = list(session.participants.all())
    for person, seconds in zip(people, (30, 60, 150), strict=False):
        taught.hand(person, 10 * MINUTE, seconds)
    taught.hand(people[0], 20 * MINUTE, 60)
    hands = report_of(session).hands
    assert (len(hands.all), hands.students) == (4, 3)
    assert (hands.typical_wait.total_seconds(), hands.longest_wait.total_seconds()) == (60, 150)


def test_a_hand_that_is_still_up_has_waited_until_now():
    session = classes.session(mode=Mode.PARTICIPATION, started_at=after(0))
    anna = factory.participant(session, joined_at=after(0), last_seen_at=after(100))
    anna.hands.create(raised_at=after(60))
    (hand,) = Report.of(session, after(100)).hands.all
    assert (hand.is_up, hand.waited.total_seconds()) == (True, 40)


def test_in_camera_modes_the_report_has_the_same_words():
    session = taught.whole(mode=Mode.ANALYTICS)
    text = text_of(session)
    for words in ("How are you?", "Step 3", "Why is it so?", "1 hand, by 1 student", "Derivative"):
        assert words in text


def test_nothing_that_an_erased_student_said_with_their_name_is_in_the_report():
    session = taught.lesson()
    anna = taught.student(session, "Wilhelmina")
    question = taught.ask(session, "text")
    question.answers.create(participant=anna, answered_at=question.opened_at, text="of Wilhelmina")
    taught.hand(anna, 10, 20)
    taught.asked(session, "Wilhelmina asks", participant=anna, asked_at=after(60))
    anna.erase()
    session.refresh_from_db()
    text = text_of(session)
    assert "Wilhelmina" not in text
    assert "0 of 6 answered" in text
    assert "1 more erased everything" in text


def test_the_page_of_a_class_in_which_nothing_happened_says_so():
    assert "Nothing was asked, said or marked." in text_of(taught.lesson())


def test_names_and_answers_are_text():
    session = taught.lesson(students=0)
    taught.student(session, "<b>Anna</b>")
    taught.answer(taught.ask(session, "text", text="<i>?</i>"), {"text": "<script>alert(1)</script>"})
    html = page(session)
    assert not [tag for tag in ("<b>Anna", "<i>?", "<script>alert") if tag in html]


@pytest.mark.parametrize("more", [0, 20])
def test_queries_do_not_grow_with_questions_and_students(django_assert_num_queries, more: int):
    session = taught.whole(students=6 + more)
    for number in range(more):
        taught.answer(taught.ask(session, at=number * 70, text=str(number)), *[{"chosen": [0]}] * 6)
    browser = factory.signed_in(classes.teacher_of(session))
    with django_assert_num_queries(37):
        browser.get(reverse("report", args=[session.pk]))


def test_a_class_only_student_has_no_more_in_the_report_than_before():
    session = classes.session(closed_at=after(60))
    anna = classes.student(session, level=Consent.Level.CLASS_ONLY, scores=[0.87] * 30)
    taught.hand(anna, 10, 20)
    assert "87%" not in page(session)
