"""A student's own page and download hold what they said with their name, also where there is no camera."""

import csv
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom.models import Participant, Pulse
from dashboards.charts.chart import Rules
from dashboards.report.own_data import own_data
from dashboards.report.own_report import OwnReport
from dashboards.times import to_milliseconds
from tests import factory
from tests.activities.lesson import Lesson
from tests.dashboards import taught
from tests.dashboards.classes import after

pytestmark = pytest.mark.django_db

# Of a class without cameras.
CAMERA_WORDS = re.compile(r"camera|expression|measured|reading|gap|score|formula|fer2013", re.IGNORECASE)
# What of a participant is stored under which name.
KEYS = {
    "consents": "decisions",
    "presences": "presence",
    "pulses": "said",
    "answers": "answers",
    "student_questions": "questions",
    "upvotes": "upvotes",
    "hands": "hands",
    "picks": "picks",
    "groups": "groups",
}


@pytest.fixture
def lesson():
    return Lesson()


@pytest.fixture
def anna(lesson):
    return lesson.join("Anna")


def own_page(participant) -> str:
    """Return the text of the page between its heading and its foot."""
    page = factory.own_session(participant).content.decode()
    text = re.sub(r"<[^>]+>", " ", page[page.index("<article") : page.index("</article>")])
    return " ".join(text.split())


def download(participant) -> dict:
    fields = {"receipt_code": participant.receipt_code, "format": "json"}
    return json.loads(Client().post(reverse("my-session-download"), fields).content)


def test_buttons_answers_questions_and_hands_are_listed_in_order(lesson, anna):
    factory.pulse(anna, kind=Pulse.Kind.PACE, value=1)
    question = lesson.ask("choice", text="Which one?", option=["Red", "Blue"], right=["1"])
    lesson.answer(anna, question, option="0")
    lesson.say(anna, "room-hand", up="1")
    page = own_page(anna)
    places = [page.index(words) for words in ("Too fast", "Which one? Red", "Hand raised")]
    assert places == sorted(places)


def test_the_right_answer_is_shown_after_the_question(lesson, anna):
    question = lesson.ask("choice", text="Which one?", option=["Red", "Blue"], right=["1"])
    lesson.answer(anna, question, option="0")
    assert "Right answer" not in own_page(anna)
    question.close()
    assert "Right answer: Blue" in own_page(anna)


def test_answers_without_a_name_are_nowhere(lesson, anna):
    question = lesson.ask("text", text="And you?", anonymous="on")
    lesson.answer(anna, question, text="purple")
    assert "purple" not in own_page(anna) + json.dumps(download(anna))
    question.close()
    assert "purple" not in own_page(anna) + json.dumps(download(anna))


def test_the_page_of_a_class_without_cameras_has_no_word_of_them(anna):
    factory.pulse(anna)
    assert not CAMERA_WORDS.findall(own_page(anna))
    page = factory.own_session(anna).content.decode()
    assert "An observed expression" not in page


def test_the_download_of_a_class_without_cameras_has_neither_decisions_nor_readings(lesson, anna):
    question = lesson.ask("scale", text="Clear?")
    lesson.answer(anna, question, value="4")
    held = download(anna)
    assert held["answers"][0]["question"] == "Clear?"
    assert held["answers"][0]["answer"] == "4"
    assert [note["state"] for note in held["presence"]] == ["present"]
    assert not {"decisions", "readings"} & held.keys()


@pytest.mark.postgresql
def test_the_download_holds_everything_that_refers_to_a_participant():
    relations = {relation.get_accessor_name() for relation in Participant._meta.related_objects}
    assert relations == KEYS.keys()
    anna = factory.participant()
    assert set(KEYS.values()) <= own_data(anna, anna.joined_at).keys()


def test_figures_of_the_network_are_not_on_a_students_page():
    anna = factory.measured()
    factory.reading(anna.active_consent())
    page = own_page(anna)
    assert not re.search("macro|fer2013|PublicTest", page, re.IGNORECASE)
    assert "How it is made" in page


def test_of_a_student_without_camera_the_page_reports_no_missing_data():
    page = own_page(factory.participant(factory.open_session()))
    assert "data because" not in page
    assert "Joined without camera" not in page
    assert "In class" in page


def test_votes_and_how_long_a_hand_was_up_are_on_the_page_and_in_the_download(lesson, anna):
    taught.asked(lesson.session, "Why is it so?", status="shown").vote(anna, up=True)
    taught.hand(anna, 60, 90)
    page = own_page(anna)
    assert "Why is it so?" in page
    assert "1 min 30 s" in page
    assert download(anna)["upvotes"] == ["Why is it so?"]


def test_a_time_line_has_what_the_student_said_and_nobody_else(lesson, anna):
    ben = lesson.join("Ben")
    factory.pulse(ben)
    taught.hand(ben, 60, 90)
    assert OwnReport.of(anna, timezone.now()).chart is None
    factory.pulse(anna)
    chart = OwnReport.of(anna, timezone.now() + timedelta(seconds=30)).chart
    assert [(panel.key, panel.high) for panel in chart.panels] == [("lost", 1)]


def test_the_csv_has_what_was_said_with_the_name(lesson, anna):
    factory.pulse(anna)
    question = lesson.ask("text", text="Which?")
    lesson.answer(anna, question, text="=1+1")
    lesson.answer(anna, lesson.ask("text", text="And you?", anonymous="on"), text="purple")
    taught.asked(lesson.session, "Why?", status="shown").vote(anna, up=True)
    fields = {"receipt_code": anna.receipt_code, "format": "words"}
    text = Client().post(reverse("my-session-download"), fields).content.decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["event"] for row in rows} == {"in_class", "feedback", "answer", "vote"}
    (answer,) = [row for row in rows if row["event"] == "answer"]
    assert (answer["text"], answer["answer"], answer["participant"]) == ("Which?", "'=1+1", "Anna")
    assert "purple" not in text


def test_a_class_without_cameras_says_that_nobody_can_find_anonymous_answers(anna):
    assert "Nobody can find out which were yours, not even this page." in own_page(anna)


def test_got_it_is_shown_to_those_whom_it_answered():
    session = taught.lesson()
    anna, ben = session.participants.all()[:2]
    factory.pulse(anna, at=after(10 * taught.MINUTE))
    for minute in (5, 12, 30):
        taught.got_it(session, minute * taught.MINUTE, 1)
    factory.pulse(ben, at=after(35 * taught.MINUTE))
    charts = [OwnReport.of(one, after(3600)).chart for one in (anna, ben)]
    rules = [[mark.moments for mark in chart.marks if isinstance(mark, Rules)] for chart in charts]
    assert rules == [[[to_milliseconds(after(12 * taught.MINUTE).timestamp())]], []]
