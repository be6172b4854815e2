"""The finished lesson that a new teacher finds, and that the demo shows."""

import csv
import io
from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone, translation

from activities.models import Answer, Question
from activities.ready import READY
from classroom.models import ClassSession, Course, Mode, Participant, Presence, Pulse, Purpose
from emotion.models import Reading
from practice.example import finished_lesson, prepare_questions
from tests import factory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def sign_up(client, username="ada"):
    fields = {"username": username, "email": "ada@school.example"}
    return client.post(reverse("signup"), fields | {"password1": PASSWORD, "password2": PASSWORD})


def example(mode=Mode.PARTICIPATION, seed="example", **fields):
    course = factory.course()
    prepare_questions(course)
    return finished_lesson(
        course, title="Waves", ended_at=timezone.now() - timedelta(days=1), mode=mode, seed=seed, **fields
    )


@pytest.mark.slow
def test_a_new_teacher_finds_a_finished_example_with_a_report(client):
    sign_up(client)
    session = ClassSession.objects.get()
    assert (session.purpose, session.is_open, session.mode) == ("example", False, "participation")
    home = client.get(reverse("home")).content.decode()
    assert session.title in home
    assert "Example</span>" in home
    report = client.get(reverse("report", args=[session.pk])).content.decode()
    assert "Everything here is invented." in report


def test_the_example_is_written_in_the_language_of_the_teacher(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    sign_up(client)
    with translation.override("de"):
        assert Question.objects.filter(text=str(READY["clear"][0])).exists()
    assert not Question.objects.filter(text="Is this clear?").exists()


def test_a_new_teacher_is_led_to_a_course_of_their_own(client):
    sign_up(client)
    home = client.get(reverse("home")).content.decode()
    assert "Create one to begin." in home
    assert reverse("session-new") not in home
    client.post(reverse("course-new"), {"name": "Physics", "default_mode": "participation"})
    home = client.get(reverse("home")).content.decode()
    assert "Create one to begin." not in home
    assert reverse("session-new") in home


def test_the_example_can_be_deleted(client):
    sign_up(client)
    session = ClassSession.objects.get()
    client.post(reverse("session-delete", args=[session.pk]))
    assert not ClassSession.objects.exists()
    assert not Participant.objects.exists()


def test_no_lesson_is_opened_in_the_example_course(client):
    sign_up(client)
    assert client.get(reverse("session-new")).url == reverse("course-new")


def test_an_account_is_deleted_without_a_question_about_the_example(client):
    sign_up(client)
    page = client.post(reverse("account-delete"), {"password": PASSWORD})
    assert page.url == reverse("home")
    assert not get_user_model().objects.exists()
    assert not Course.objects.exists()


def test_the_same_seed_makes_the_same_lesson():
    first, second, other = example(), example(), example(seed="other")
    words = [
        list(Pulse.objects.filter(participant__session=one).values_list("kind", "value"))
        for one in (first, second, other)
    ]
    assert words[0] == words[1] != words[2]


def test_an_example_holds_what_a_lesson_of_the_product_holds():
    session = example()
    assert session.closed_at - session.started_at == timedelta(minutes=45)
    roles = list(session.questions.values_list("role", flat=True))
    assert (roles[0], roles[-1], len(roles)) == ("check_in", "exit_ticket", 5)
    assert Answer.objects.filter(question__session=session).count() > 30
    cloud = session.questions.get(kind="word").result
    assert sum(count for _word, _spelling, count in cloud["words"]) == cloud["count"] > 10
    assert session.markers.count() == 3
    assert session.student_questions.count() == 3
    assert not Reading.objects.exists()


def test_an_anonymous_question_of_the_example_keeps_no_answer_of_anybody():
    session = example()
    assert not Answer.objects.filter(question__session=session, question__is_anonymous=True).exists()


@pytest.mark.slow
def test_an_example_in_analytics_has_a_line_with_ups_and_downs_and_no_sawtooth():
    course = factory.course()
    session = finished_lesson(
        course,
        title="Waves",
        ended_at=timezone.now() - timedelta(days=1),
        mode=Mode.ANALYTICS,
        approval=factory.approval(course),
    )
    client = factory.signed_in(course.owner)
    rows = csv.DictReader(io.StringIO(read(client, session)))
    means = {row["from"]: float(row["class_score"]) for row in rows if is_number(row["class_score"])}
    line = [means[begin] for begin in sorted(means)]
    assert len(line) > 200
    assert max(line) - min(line) > 0.15
    steps = [abs(after - before) for before, after in pairwise(line)]
    assert sum(steps) / len(steps) < 0.05


def read(client, session):
    response = client.get(reverse("report-csv", args=[session.pk]), {"format": "comma"})
    return response.content.decode("utf-8-sig")


def is_number(text):
    return text.replace(".", "", 1).isdecimal()


def test_the_export_of_an_example_says_that_it_is_invented():
    session = example()
    text = read(factory.signed_in(session.course.owner), session)
    assert "example, invented data; not for grading" in text.splitlines()[1]


def test_nobody_with_a_camera_joins_among_simulated_students(client):
    course = factory.course()
    session = factory.open_session(Mode.ANALYTICS, course=course, approval=None, purpose=Purpose.PRACTICE)
    page = client.post(reverse("join"), {"code": session.join_code, "display_name": "Ada"}).content.decode()
    assert "locked the door" in page
    assert not session.participants.exists()


def test_nobody_says_anything_while_their_connection_is_lost():
    pulses = Pulse.objects.filter(participant__session=example()).select_related("participant")
    assert pulses.exists()
    for pulse in pulses:
        last = pulse.participant.presences.filter(since__lte=pulse.at).order_by("since").last()
        assert last is not None
        assert last.state not in (Presence.State.OFFLINE, Presence.State.LEFT)
