"""What a live page is told: everything once, then only what changed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Question
from classroom.measuring import pause_measuring
from classroom.models import Consent, Mode, Participant, Presence
from dashboards.aggregates.small_groups import TOO_FEW
from dashboards.live.feed import LiveFeed
from dashboards.live.live_session import Hints
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, teacher_of, view_of

pytestmark = pytest.mark.django_db

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def test_a_student_who_shares_their_line_is_shown_with_expression_and_score():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5, 0.7], expression="happiness")
    said = said_of(anna, view_of(session).snapshot(after(2)))
    assert (said["status"], said["expression"], said["score"]) == ("measured", "happiness", 0.6)


def test_a_usual_that_is_not_known_is_not_promised_for_later():
    """After two minutes with too few scores there will never be one."""
    session = classes.session()
    page = factory.signed_in(teacher_of(session)).get(session.get_absolute_url()).content.decode()
    assert "not known: it takes 30 scores in the first two minutes" in page


def test_no_value_of_a_class_only_student_leaves_the_server():
    session = classes.session()
    anna = classes.student(session, level=CLASS, scores=[0.5, 0.7], expression="happiness")
    message = view_of(session).snapshot(after(2))
    assert set(said_of(anna, message)) == {"name", "level", "here", "since", "joined", "status", "coverage"}
    assert set(message["cells"][str(anna.pk)].values()) == {"camera_on"}
    assert message["points"][int(after(0).timestamp() * 1000)]["hidden"]
    assert "mix" not in message["now"]


def test_a_class_that_turns_out_to_have_ended_earlier_is_sent_again():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5])
    view = view_of(session)
    view.snapshot(after(50))
    session.close(after(10))
    message = view.change(after(60), Hints(everybody=True))
    assert message["type"] == "snapshot"
    assert max(message["points"]) <= after(10).timestamp() * 1000
    assert said_of(anna, message)["here"] is False


@pytest.mark.parametrize("scores", [[0.5] * 12, [None] * 12, []])
def test_the_page_does_not_tell_whether_a_class_only_student_has_a_face(scores):
    session = classes.session()
    anna = classes.student(session, level=CLASS, scores=scores)
    message = view_of(session).snapshot(after(12))
    assert (said_of(anna, message)["status"], said_of(anna, message)["coverage"]) == ("camera_on", None)
    assert set(message["cells"][str(anna.pk)].values()) == {"camera_on"}
    assert message["now"] == {"measured": 1, "counted": 0, "hidden": TOO_FEW, "band": None}
    assert {point["coverage"] for point in message["points"].values()} == {None}


@pytest.mark.parametrize(("class_only", "newest"), [(6, None), (7, after(6))])
def test_the_newest_picture_is_not_that_of_too_few(class_only, newest):
    session = classes.session()
    classes.students(session, class_only, CLASS)
    message = view_of(session).snapshot(after(7))
    assert message["newest"] == (newest and newest.timestamp() * 1000)


def test_a_student_who_has_left_is_not_measured_now():
    session = classes.session()
    classes.student(session, "Anna", level=OWN, scores=[0.5] * 9)
    classes.student(session, "Ben", level=OWN, scores=[0.5] * 9).leave(after(8))
    message = view_of(session).snapshot(after(9))
    assert (message["present"], message["now"]["measured"]) == (1, 1)


def test_a_stopped_camera_of_a_class_only_student_is_named():
    session = classes.session()
    anna = classes.student(session, level=CLASS, scores=[0.5] * 5)
    anna.presences.create(state="hidden", since=after(5))
    assert said_of(anna, view_of(session).snapshot(after(6)))["status"] == "hidden"


@pytest.mark.parametrize(
    ("score", "band"), [(0.654, "high"), (0.65, "middle"), (0.25, "middle"), (0.248, "low")]
)
def test_a_cell_says_the_band_of_its_score_and_not_of_the_rounded_one(score, band):
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[score] * 3)
    message = view_of(session).snapshot(after(3))
    (cell,) = message["cells"][str(anna.pk)].values()
    assert cell == (round(100 * score), band)


@pytest.mark.parametrize("mode", [Mode.MIRROR, Mode.PARTICIPATION])
def test_where_the_mode_keeps_readings_from_the_teacher_there_are_none(mode):
    session = classes.session(mode=mode)
    anna = classes.student(session, level=OWN, scores=[0.5, None, 0.9])
    factory.pulse(anna, at=after(1))
    message = view_of(session).snapshot(after(3))
    assert said_of(anna, message)["status"] == "camera_on"
    assert {code for row in message["cells"].values() for code in row.values()} == {"camera_on"}
    assert (message["points"], message["newest"], message["now"]["measured"]) == ({}, None, 0)
    assert "expression" not in said_of(anna, message)
    assert message["said"] == {"lost": 1}


@pytest.mark.parametrize(
    "state",
    ["paused", "hidden", "camera_busy", "camera_blocked", "camera_off", "offline", "no_camera", "deciding"],
)
def test_a_stopped_camera_is_named_at_once(state):
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 5)
    anna.presences.create(state=state, since=after(5))
    message = view_of(session).snapshot(after(6))
    assert said_of(anna, message)["status"] == state


def test_an_empty_picture_is_named_at_once():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5, 0.5, None])
    assert said_of(anna, view_of(session).snapshot(after(2.5)))["status"] == "none"


def test_a_step_that_was_mostly_not_measured_shows_why_and_no_score():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 3)
    anna.presences.create(state="paused", since=after(3))
    steps = view_of(session).snapshot(after(15))["cells"][str(anna.pk)]
    assert steps[0] == "paused"


def test_a_silent_camera_reads_as_no_picture_after_ten_seconds():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5])
    view = view_of(session)
    assert said_of(anna, view.snapshot(after(9)))["status"] == "measured"
    assert said_of(anna, view.change(after(11), Hints()))["status"] == "no_frame"


def test_after_the_end_time_stands_still():
    session = classes.session(closed_at=after(10))
    anna = classes.student(session, level=OWN, scores=[0.5] * 10)
    message = view_of(session).snapshot(after(5000))
    assert said_of(anna, message)["coverage"] == 1
    assert len(message["points"]) == 2


def test_after_the_end_there_is_no_number_of_now_and_nothing_to_suggest():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=OWN, scores=[0.7] * 25) for n in range(2)]
    for person in people:
        factory.pulse(person, at=after(1))
    open_view = view_of(session).snapshot(after(25))
    assert (open_view["now"]["mean"], open_view["suggestion"]["code"]) == (0.7, "lost")
    session.close(after(26))
    ended = view_of(session).snapshot(after(27))
    assert (ended["now"]["mean"], ended["now"]["measured"], ended["suggestion"]) == (None, 0, None)


def test_a_student_who_has_left_suggests_nothing():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=OWN, scores=[0.7]) for n in range(3)]
    for person in people[:2]:
        factory.pulse(person, at=after(3))
        person.leave(after(4))
    told = view_of(session).snapshot(after(5))
    assert (told["said"], told["present"], told["suggestion"]) == ({}, 1, None)


def test_the_number_of_queries_does_not_grow_with_the_class(django_assert_num_queries):
    session = classes.session()
    teacher = teacher_of(session)
    for size in (3, 12):
        for n in range(size):
            classes.student(session, f"{size} {n}", level=OWN, scores=[0.5] * 3)
        view = LiveFeed(teacher, session.pk)
        with django_assert_num_queries(14):
            view.snapshot(after(30))
        with django_assert_num_queries(4):
            view.change(after(32), Hints())
        with django_assert_num_queries(11):
            view.change(after(33), Hints(everybody=True))


def test_people_are_in_the_order_of_their_names():
    session = classes.session()
    for name, score in (("Zoe", 0.9), ("Anna", 0.1), ("Mia", 0.5)):
        classes.student(session, name, level=OWN, scores=[score])
    students = view_of(session).snapshot(after(1))["students"].values()
    assert [said["name"] for said in students] == ["Anna", "Mia", "Zoe"]


def test_a_participant_without_any_state_has_no_camera():
    session = classes.session()
    session.participants.create(display_name="Anna", joined_at=after(0))
    (said,) = view_of(session).snapshot(after(5))["students"].values()
    assert said["status"] == Presence.State.NO_CAMERA


def test_the_clock_begins_when_the_first_student_joins():
    session = factory.open_session(opened_at=timezone.now() - timedelta(minutes=10))
    feed = view_of(session)
    assert feed.snapshot(timezone.now())["started_at"] is None
    anna = session.admit("Anna")
    joined = round(anna.joined_at.timestamp() * 1000)
    assert feed.change(timezone.now(), Hints(everybody=True))["started_at"] == joined


def test_the_page_has_the_trend_and_what_was_said_in_each_step():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=OWN, scores=[0.7] * 40) for n in range(2)]
    factory.pulse(people[0], at=after(15))
    told = view_of(session).snapshot(after(40))
    assert told["trend"]["mean"] == 0.7
    rows = [row[:2] for _at, row in sorted(told["history"].items())]
    assert rows == [[2, 0], [2, 1], [2, 1], [2, 1], [2, 1]]


@pytest.mark.postgresql
@pytest.mark.parametrize(("do", "comes_back"), [("snooze", True), ("useless", False)])
def test_a_suggestion_stays_hidden_on_every_page_of_this_teacher(do, comes_back):
    now = timezone.now()
    session = factory.open_session(mode=Mode.PARTICIPATION, opened_at=now - timedelta(minutes=5))
    joined = {"joined_at": now - timedelta(minutes=4)}
    people = [factory.participant(session, f"{n}", **joined) for n in range(2)]
    for person in people:
        factory.pulse(person, at=now - timedelta(seconds=60))
    ada, ben = session.course.owner, factory.teacher()
    session.course.teachers.add(ben)

    def suggested(teacher, at):
        told = LiveFeed(teacher, session.pk).snapshot(at)["suggestion"]
        return told and told["code"]

    address = reverse("suggestion-reply", args=[session.pk])
    assert suggested(ada, now) == "lost"
    assert factory.signed_in(ada).post(address, {"code": "lost", "do": do}).status_code == 302
    assert (suggested(ada, now), suggested(ben, now)) == (None, "lost")
    later = now + timedelta(minutes=11)
    for person in people:
        factory.pulse(person, at=later - timedelta(seconds=60))
        Participant.objects.filter(pk=person.pk).update(last_seen_at=later)
    assert suggested(ada, later) == ("lost" if comes_back else None)
    assert factory.signed_in(ada).post(address, {"code": "nonsense"}).status_code == 404
    assert factory.signed_in(factory.teacher()).post(address, {"code": "lost"}).status_code == 404


def test_asked_questions_have_their_place_on_the_axis():
    session = factory.open_session(mode="participation")
    lesson_question = Question.objects.ask(session, kind="choice", text="Clear?", options=["Yes", "No"])
    told = view_of(session).snapshot(timezone.now())
    asked = told["questions"]
    assert [(one["text"], one["answered"], one["asked"], one["closed"]) for one in asked] == [
        ("Clear?", 0, 0, None)
    ]
    lesson_question.close()
    closed = view_of(session).snapshot(timezone.now())["questions"][0]["closed"]
    assert closed is not None


@pytest.mark.postgresql
def test_paused_cameras_are_on_the_page():
    session = factory.open_session()
    pause_measuring(session)
    assert view_of(session).snapshot(timezone.now())["cameras_paused"] is True
