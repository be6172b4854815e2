"""A student's own page and download hold what they said with their name, also where there is no camera."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from classroom.models import Participant, Pulse
from dashboards.report.own_data import own_data
from tests import factory
from tests.activities.lesson import Lesson

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
    places = [page.index(words) for words in ("Too fast", "Which one? : Red", "Hand raised")]
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
