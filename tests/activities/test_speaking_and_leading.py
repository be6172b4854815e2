"""Hands, students' questions, the timer, choosing and groups."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Hand, Pick, StudentQuestion
from tests import factory
from tests.activities.lesson import JSON, Lesson


@pytest.mark.postgresql
def test_hands_wait_in_their_order_and_are_lowered_by_both_sides(lesson: Lesson) -> None:
    anna, ben, cleo = (lesson.join(name) for name in ("Anna", "Ben", "Cleo"))
    for student in (ben, anna, cleo, ben):
        assert lesson.say(student, "room-hand", up="1").json()["hand"] is True
    in_order = [str(one.pk) for one in (ben, anna, cleo)]
    assert [hand["participant"] for hand in lesson.state()["hands"]] == in_order
    lesson.say(anna, "room-hand", up="0")
    lesson.lead("hands-lower", participant=str(ben.pk))
    assert [hand["participant"] for hand in lesson.state()["hands"]] == [str(cleo.pk)]
    lesson.lead("hands-lower")
    assert not lesson.state()["hands"]


def test_students_see_how_many_hands_are_up_and_no_name(lesson: Lesson) -> None:
    anna, ben = lesson.join("Anna"), lesson.join("Benedict")
    lesson.say(ben, "room-hand", up="1")
    shown = lesson.shown_to(anna)
    assert shown["shared"]["hands"]["up"] == 1
    assert "Benedict" not in str(shown)
    assert str(ben.pk) not in str(shown)


@pytest.mark.postgresql
def test_a_teacher_who_takes_no_hands_lowers_them(lesson: Lesson) -> None:
    anna = lesson.join()
    lesson.say(anna, "room-hand", up="1")
    lesson.lead("tools-change", questions="off")
    assert not Hand.objects.filter(lowered_at=None).exists()
    assert lesson.say(anna, "room-hand", up="1").status_code == 409


@pytest.mark.postgresql
def test_a_moderated_question_is_seen_after_approval_and_votes_order_it(lesson: Lesson) -> None:
    anna, ben = lesson.join("Anna"), lesson.join("Ben")
    for text in ("First?", "Second?"):
        lesson.say(anna, "room-ask", text=text)
    assert lesson.shown_to(ben)["shared"]["asked"]["questions"] == []
    for asked in StudentQuestion.objects.all():
        lesson.lead("student-question-change", asked.pk, do="shown")
    second = StudentQuestion.objects.get(text="Second?")
    for _time in range(2):
        lesson.say(ben, "room-vote", second.pk, up="1")
    shown = lesson.shown_to(ben)
    assert [(one["text"], one["votes"]) for one in shown["shared"]["asked"]["questions"]] == [
        ("Second?", 1),
        ("First?", 0),
    ]
    assert shown["own"]["votes"] == [str(second.pk)]
    lesson.say(ben, "room-vote", second.pk, up="0")
    assert lesson.shown_to(ben)["own"]["votes"] == []


@pytest.mark.parametrize("status", ["answered", "archived", "waiting"])
def test_a_question_that_is_not_shown_takes_no_votes(lesson: Lesson, status: str) -> None:
    anna = lesson.join()
    lesson.say(anna, "room-ask", text="Why?")
    asked = StudentQuestion.objects.get()
    lesson.lead("student-question-change", asked.pk, do=status)
    assert lesson.say(anna, "room-vote", asked.pk, up="1").status_code == 409


def test_questions_with_names_go_with_their_student(lesson: Lesson) -> None:
    lesson.lead("tools-change", hands_are_allowed="on", questions="named")
    anna = lesson.join()
    lesson.say(anna, "room-ask", text="Why?")
    assert StudentQuestion.objects.get().participant == anna
    assert lesson.state()["asked"][0]["participant"] == str(anna.pk)
    anna.erase()
    assert not StudentQuestion.objects.exists()


def test_questions_can_be_switched_off_and_are_bounded(lesson: Lesson, settings) -> None:
    anna = lesson.join()
    settings.QUESTIONS_OF_ONE_STUDENT = "1/m"
    assert [lesson.say(anna, "room-ask", text="Why?").status_code for _time in range(2)] == [200, 409]
    lesson.lead("tools-change", questions="off")
    assert lesson.say(lesson.join("Ben"), "room-ask", text="Why?").status_code == 409


@pytest.mark.postgresql
def test_a_timer_is_seen_by_all_and_stopped(lesson: Lesson) -> None:
    anna = lesson.join()
    assert lesson.lead("timer", seconds="300", label="Group work").status_code == 200
    timer = lesson.shown_to(anna)["shared"]["timer"]
    assert (timer["label"], timer["seconds"]) == ("Group work", 300)
    lesson.lead("timer", do="stop")
    assert lesson.shown_to(anna)["shared"]["timer"] is None
    assert lesson.lead("timer", seconds="-5").status_code == 400


@pytest.mark.postgresql
def test_each_student_is_chosen_once(lesson: Lesson) -> None:
    students = {str(lesson.join(name).pk) for name in ("Anna", "Ben", "Cleo")}
    chosen = []
    for _time in students:
        assert lesson.lead("pick").status_code == 200
        pick = Pick.objects.newest(lesson.session.pk)
        lesson.say(pick.participant, "room-pick", do="accept")
        chosen.append(lesson.state()["pick"]["participant"])
    assert set(chosen) == students
    assert lesson.lead("pick").json()["error"] == "Everybody who is here has been asked."
    lesson.lead("pick", do="again")
    assert lesson.lead("pick").status_code == 200


def test_a_student_who_passes_is_never_named(lesson: Lesson) -> None:
    anna = lesson.join()
    lesson.lead("pick")
    assert lesson.state()["pick"]["participant"] is None
    assert lesson.shown_to(anna)["own"]["pick"] == "asked"
    lesson.say(anna, "room-pick", do="pass")
    pick = lesson.state()["pick"]
    assert (pick["state"], pick["participant"]) == ("passed", None)
    assert lesson.say(anna, "room-pick", do="accept").status_code == 409


@pytest.mark.postgresql
def test_somebody_else_is_asked_in_the_place_of_a_student_who_passes(lesson: Lesson) -> None:
    lesson.join("Anna"), lesson.join("Ben")
    lesson.lead("pick")
    passing = Pick.objects.get()
    lesson.say(passing.participant, "room-pick", do="pass")
    assert lesson.state()["pick"]["state"] == "asked"
    following = Pick.objects.newest(lesson.session.pk)
    assert following.participant != passing.participant
    lesson.say(following.participant, "room-pick", do="accept")
    assert lesson.state()["pick"]["participant"] == str(following.participant_id)
    assert str(passing.participant_id) not in str(lesson.state()["pick"])


@pytest.mark.postgresql
def test_a_student_who_does_not_reply_is_named_after_a_while(lesson: Lesson, settings) -> None:
    anna = lesson.join()
    lesson.lead("pick")
    Pick.objects.update(asked_at=timezone.now() - settings.PICK_PATIENCE)
    pick = lesson.state()["pick"]
    assert (pick["state"], pick["participant"]) == ("missed", str(anna.pk))


def test_only_those_who_are_here_are_chosen(lesson: Lesson, settings) -> None:
    anna = lesson.join()
    type(anna).objects.update(last_seen_at=timezone.now() - settings.GONE_AFTER - timedelta(seconds=1))
    assert lesson.lead("pick").status_code == 409


@pytest.mark.parametrize(
    ("students", "size", "sizes"), [(7, 3, [4, 3]), (4, 4, [4]), (3, 2, [2, 1]), (1, 5, [1])]
)
def test_groups_are_of_about_the_same_size(db, students: int, size: int, sizes: list[int]) -> None:
    class_ = Lesson(students=students)
    class_.lead("groups", size=size)
    numbers = [one["number"] for one in class_.state()["groups"]["members"]]
    assert sorted((numbers.count(number) for number in set(numbers)), reverse=True) == sizes


@pytest.mark.postgresql
def test_a_student_sees_the_own_group_and_a_late_one_joins_the_smallest(db) -> None:
    class_ = Lesson(students=5)
    class_.lead("groups", size=2)
    late = class_.join("Late")
    assert class_.shown_to(late)["own"]["group"] in (1, 2)
    members = class_.state()["groups"]["members"]
    assert len(members) == 6
    class_.lead("groups", do="clear")
    assert class_.shown_to(late)["own"]["group"] is None


ACTIONS = [
    ("question-ask", ()),
    ("hands-lower", ()),
    ("tools-change", ()),
    ("timer", ()),
    ("pick", ()),
    ("groups", ()),
]


@pytest.mark.parametrize(("name", "ids"), ACTIONS)
def test_another_teacher_finds_nothing(lesson: Lesson, name: str, ids: tuple) -> None:
    stranger = factory.signed_in(factory.teacher())
    url = reverse(name, args=[lesson.session.pk, *ids])
    assert stranger.post(url, headers=JSON).status_code == 404
    assert stranger.get(reverse("activities", args=[lesson.session.pk])).status_code == 404
    assert lesson.teacher.get(url).status_code == 405


def test_another_teacher_changes_no_question(lesson: Lesson) -> None:
    question = lesson.ask()
    lesson.say(lesson.join(), "room-ask", text="Why?")
    asked = StudentQuestion.objects.get()
    stranger = factory.signed_in(factory.teacher())
    for name, pk in (("question-change", question.pk), ("student-question-change", asked.pk)):
        url = reverse(name, args=[lesson.session.pk, pk])
        assert stranger.post(url, {"do": "erase"}, headers=JSON).status_code == 404
        # Nor does a teacher through a session of their own.
        other = Lesson()
        assert other.lead(name, pk, do="erase").status_code == 404


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("timer", {"seconds": "60"}),
        ("pick", {}),
        ("groups", {"size": "2"}),
        ("tools-change", {"questions": "off"}),
        ("question-ask", {"ready": "clear"}),
    ],
)
def test_a_session_that_has_ended_is_not_led(lesson: Lesson, name: str, fields: dict) -> None:
    lesson.join()
    lesson.session.close()
    response = lesson.lead(name, **fields)
    assert response.status_code == 409
    assert response.json()["error"]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("room-answer", {"option": "0"}),
        ("room-hand", {"up": "1"}),
        ("room-ask", {"text": "Why?"}),
        ("room-pick", {"do": "accept"}),
    ],
)
def test_nobody_speaks_in_a_session_that_has_ended(lesson: Lesson, name: str, fields: dict) -> None:
    anna, question = lesson.join(), lesson.ask()
    lesson.lead("pick")
    lesson.session.close()
    assert lesson.say(anna, name, question=str(question.pk), **fields).status_code == 409


@pytest.mark.parametrize("name", ["room-answer", "room-hand", "room-ask", "room-pick"])
def test_a_student_of_another_session_finds_nothing(lesson: Lesson, name: str) -> None:
    stranger = factory.browser_of(factory.participant())
    assert stranger.post(reverse(name, args=[lesson.session.pk]), headers=JSON).status_code == 404
    assert stranger.get(reverse("room-activities", args=[lesson.session.pk])).status_code == 404


@pytest.mark.postgresql
def test_a_question_of_another_session_is_not_answered(lesson: Lesson) -> None:
    other = Lesson()
    assert lesson.answer(lesson.join(), other.ask(), option="0").status_code == 404
    assert lesson.say(lesson.join("Ben"), "room-answer", question="nonsense").status_code == 404


@pytest.mark.parametrize("way", ["leaves", "is removed"])
def test_the_hand_of_a_student_who_is_gone_waits_no_longer(
    lesson: Lesson, way: str, django_capture_on_commit_callbacks
) -> None:
    anna, ben = lesson.join("Anna"), lesson.join("Ben")
    for student in (anna, ben):
        lesson.say(student, "room-hand", up="1")
    with django_capture_on_commit_callbacks(execute=True):
        if way == "leaves":
            anna.leave()
        else:
            lesson.session.remove([anna.pk], timezone.now())
    assert [hand["participant"] for hand in lesson.state()["hands"]] == [str(ben.pk)]
    assert lesson.shown_to(ben)["shared"]["hands"]["up"] == 1
    anna.refresh_from_db()
    assert anna.hands.get().lowered_at == anna.left_at


@pytest.mark.parametrize("others", [["Ben"], []])
def test_in_the_place_of_a_picked_student_who_leaves_another_is_asked(
    lesson: Lesson, others: list[str], django_capture_on_commit_callbacks
) -> None:
    anna = lesson.join("Anna")
    Pick.objects.choose(lesson.session)
    for name in others:
        lesson.join(name)
    with django_capture_on_commit_callbacks(execute=True):
        anna.leave()
    picks = Pick.objects.order_by("pk").values_list("participant__display_name", "state")
    assert list(picks) == [("Anna", "missed"), *((name, "asked") for name in others)]


def test_a_vote_for_a_question_that_is_no_longer_shown_is_none(lesson: Lesson) -> None:
    question = StudentQuestion.objects.create(session=lesson.session, text="Why?", status="shown")
    seen_before = StudentQuestion.objects.get(pk=question.pk)
    question.set_status("answered")
    seen_before.vote(lesson.join("Anna"), up=True)
    assert not question.upvotes.exists()


def test_got_it_after_the_end_is_refused(lesson: Lesson) -> None:
    lesson.session.close()
    assert lesson.lead("lost-acknowledge").status_code == 409
    assert not lesson.session.acknowledgements.exists()
