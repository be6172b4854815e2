"""What students said goes with them and with the session, and stays gone after a backup is restored."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from activities.models import Answer, GroupMember, Hand, Pick, Question, StudentQuestion, Upvote
from classroom import erasures
from classroom.models import Participant
from classroom.tasks import close_forgotten_sessions
from tests import factory
from tests.activities.lesson import Lesson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def log(settings, tmp_path: Path) -> Path:
    settings.ERASURES_LOG = tmp_path / "erasures.log"
    return settings.ERASURES_LOG


def say_everything(lesson: Lesson, anna: Participant) -> None:
    lesson.answer(anna, lesson.ask("text", text="Named?"), text="of Anna")
    lesson.answer(anna, lesson.ask("text", text="Anonymous?", anonymous="on"), text="of somebody")
    lesson.say(anna, "room-hand", up="1")
    lesson.lead("tools-change", hands_are_allowed="on", questions="named")
    lesson.say(anna, "room-ask", text="Why?")
    lesson.say(anna, "room-vote", StudentQuestion.objects.get().pk, up="1")
    Pick.objects.create(session=lesson.session, participant=anna)
    lesson.lead("groups", size=2)
    factory.pulse(anna)


def tables_with(text: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            if text in repr(cursor.fetchall()).replace("-", ""):
                found.append(table)
    return found


def test_whoever_erases_everything_is_in_no_table_any_more(lesson: Lesson) -> None:
    anna = lesson.join("Anna")
    say_everything(lesson, anna)
    assert "activities_answer" in tables_with(anna.pk.hex)
    anna.erase()
    assert tables_with(anna.pk.hex) == []
    for model in (Hand, StudentQuestion, Upvote, Pick, GroupMember):
        assert not model.objects.exists()
    assert Answer.objects.filter(participant=None).count() == Answer.objects.count()


def test_with_a_session_goes_everything_that_was_asked_and_said(lesson: Lesson) -> None:
    say_everything(lesson, lesson.join("Anna"))
    session = lesson.session.pk
    lesson.session.erase()
    assert tables_with(session.hex) == []
    assert not Answer.objects.exists()


def test_the_page_of_a_deletion_counts_what_would_go(lesson: Lesson) -> None:
    say_everything(lesson, lesson.join("Anna"))
    page = lesson.teacher.get(reverse("session-delete", args=[lesson.session.pk])).content.decode()
    for count in ("2 questions that you asked", "1 question from students", "1 raised hand<"):
        assert count in page


@pytest.mark.parametrize("name", ["question-change", "student-question-change"])
def test_a_deleted_question_is_deleted_again_after_a_restore(
    lesson: Lesson, name: str, django_capture_on_commit_callbacks
) -> None:
    say_everything(lesson, lesson.join("Anna"))
    model = Question if name == "question-change" else StudentQuestion
    question = model.objects.first()
    assert question is not None
    with django_capture_on_commit_callbacks(execute=True):
        lesson.lead(name, question.pk, do="erase")
    assert not model.objects.filter(pk=question.pk).exists()
    # As a backup from before brings it back.
    question.save(force_insert=True)
    said = StringIO()
    call_command("repeat_erasures", stdout=said)
    assert f"1 of kind {model.ERASURE}" in said.getvalue()
    assert not model.objects.filter(pk=question.pk).exists()


def test_the_log_of_erasures_has_no_word_of_a_question(
    lesson: Lesson, log: Path, django_capture_on_commit_callbacks
) -> None:
    question = lesson.ask(text="What about Wilhelmina?")
    key = str(question.pk)
    with django_capture_on_commit_callbacks(execute=True):
        question.erase()
    assert [(one.kind, one.id) for one in erasures.recorded()] == [("question", key)]
    assert "Wilhelmina" not in log.read_text()


@pytest.mark.parametrize("what", ["answer", "hand", "question", "upvote", "nothing"])
def test_a_brief_visitor_who_said_something_stays(lesson: Lesson, what: str) -> None:
    anna = lesson.join("Anna")
    match what:
        case "answer":
            lesson.answer(anna, lesson.ask(), option="0")
        case "hand":
            lesson.say(anna, "room-hand", up="1")
        case "question":
            lesson.lead("tools-change", hands_are_allowed="on", questions="named")
            lesson.say(anna, "room-ask", text="Why?")
        case "upvote":
            shown = StudentQuestion.objects.create(session=lesson.session, text="Why?", status="shown")
            shown.vote(anna, up=True)
    anna.leave()
    brief = lesson.session.participants.brief_visits(timezone.now())
    assert brief.exists() == (what == "nothing")


def test_a_forgotten_session_ends_with_the_last_answer_and_so_do_its_question_and_hands(
    django_capture_on_commit_callbacks,
) -> None:
    lesson, opened = Lesson(), timezone.now() - timedelta(hours=9)
    anna = lesson.join("Anna")
    question = lesson.ask()
    lesson.answer(anna, question, option="0")
    lesson.say(anna, "room-hand", up="1")
    last = opened + timedelta(minutes=40)
    type(lesson.session).objects.update(opened_at=opened, started_at=opened)
    Participant.objects.update(joined_at=opened, last_seen_at=last - timedelta(minutes=1))
    anna.presences.update(since=opened)
    Question.objects.update(opened_at=opened)
    Hand.objects.update(raised_at=opened)
    Answer.objects.update(answered_at=last)
    with django_capture_on_commit_callbacks(execute=True):
        close_forgotten_sessions()
    lesson.session.refresh_from_db()
    assert lesson.session.closed_at == last
    assert (Question.objects.get().closed_at, Hand.objects.get().lowered_at) == (last, last)


def test_a_question_that_is_open_when_class_ends_knows_how_many_were_there(
    django_capture_on_commit_callbacks,
) -> None:
    lesson = Lesson(students=3)
    question = lesson.ask()
    lesson.students[0].leave()
    with django_capture_on_commit_callbacks(execute=True):
        lesson.session.close()
    question.refresh_from_db()
    assert question.present == 2
    assert question.closed_at == lesson.session.closed_at
