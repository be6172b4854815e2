"""Moments to revisit: what stood out, with its reason, what happened around it, and nobody's name."""

from datetime import timedelta

import pytest

from activities.models import Question
from dashboards.aggregates.trend import Dip, dips
from dashboards.report.moments import Event, HandUp, LostStep, Moment, Seen, moments
from dashboards.report.questions import AskedQuestion
from dashboards.report.report import Report
from emotion.buckets import STEP_SECONDS
from tests import factory
from tests.dashboards import taught
from tests.dashboards.classes import START, after

MINUTE = 60


def lost(minute: int, count: int, present: int = 20, minutes: int = 1) -> list[LostStep]:
    return [
        LostStep((minute + n) * MINUTE, (minute + n + 1) * MINUTE, count, present) for n in range(minutes)
    ]


def asked(
    number: int, minute: int, counts: list[int], *, right: list[int] | None = None, **fields
) -> AskedQuestion:
    opened = START + timedelta(minutes=minute)
    question = Question(
        kind="choice",
        text="Is it so?",
        options=["A", "B", "C"][: len(counts)],
        right_options=right,
        opened_at=opened,
        closed_at=opened + timedelta(minutes=1),
        **fields,
    )
    return AskedQuestion(question, number, {"count": sum(counts), "counts": counts}, [])


def kinds(found: list[Moment]) -> list[list[str]]:
    return [[reason.kind for reason in one.reasons] for one in found]


def texts(found: list[Moment]) -> list[str]:
    return [reason.text for one in found for reason in one.reasons]


def test_where_nothing_stands_out_there_is_no_moment():
    calm = Seen(lost=lost(3, 1), questions=[asked(1, 5, [18, 2], right=[0])], hands=[HandUp(60, 90)])
    assert moments(calm) == []


def test_a_stretch_in_which_many_were_lost_is_one_moment_with_the_most_at_once():
    found = moments(Seen(lost=[*lost(5, 2), *lost(6, 7), *lost(7, 4)]))
    assert texts(found) == ["7 of 20 students were lost"]
    assert (found[0].begin, found[0].end) == (5 * MINUTE, 8 * MINUTE)


@pytest.mark.parametrize(
    ("count", "present", "stands_out"), [(1, 4, False), (2, 20, True), (2, 21, False), (30, 300, True)]
)
def test_lost_students_stand_out_from_two_and_a_tenth_of_the_class(count, present, stands_out):
    assert bool(moments(Seen(lost=lost(5, count, present)))) == stands_out


def test_a_question_that_most_answered_wrongly_stands_out():
    found = moments(Seen(questions=[asked(1, 5, [8, 12], right=[0]), asked(2, 15, [15, 5], right=[0])]))
    assert texts(found) == ["Question 1: 8 of 20 answered correctly"]


def test_a_question_without_a_right_answer_stands_out_where_two_answers_split_the_class():
    found = moments(Seen(questions=[asked(1, 5, [9, 8, 3]), asked(2, 15, [12, 5, 3])]))
    assert texts(found) == ["Question 1 split the class: 45% and 40%"]


def test_a_check_in_and_a_question_of_few_answers_split_nothing():
    assert moments(Seen(questions=[asked(1, 5, [10, 10], role="check_in"), asked(2, 15, [2, 2])])) == []


def test_of_a_hidden_result_nothing_is_said():
    question = asked(1, 5, [0, 9], right=[0]).question
    hidden = AskedQuestion(question, 1, {"count": 9, "hidden": "few"}, [])
    assert moments(Seen(questions=[hidden])) == []


def test_hands_stand_out_together_or_after_a_long_wait():
    together = [HandUp(60, 100), HandUp(70, 100), HandUp(80, 90)]
    assert texts(moments(Seen(hands=together))) == ["3 hands up at once"]
    assert texts(moments(Seen(hands=[HandUp(60, 260)]))) == ["A hand was up for 3 min 20 s"]
    assert moments(Seen(hands=[HandUp(60, 100), HandUp(200, 220)])) == []


def test_a_lasting_dip_of_the_class_average_stands_out():
    long, short = Dip(0, 180_000, 0.4, 0.7), Dip(600_000, 660_000, 0.3, 0.7)
    assert texts(moments(Seen(dips=[long, short]))) == ["The class average fell to 40%, usual was 70%"]


def test_what_happens_together_is_one_moment_with_the_words_of_students_first():
    begin = START.timestamp() / MINUTE
    found = moments(
        Seen(
            lost=lost(int(begin) + 5, 7),
            questions=[asked(1, 6, [4, 16], right=[0])],
            dips=[Dip(int((begin + 5) * MINUTE * 1000), int((begin + 8) * MINUTE * 1000), 0.6, 0.7)],
        )
    )
    assert kinds(found) == [["wrong", "lost", "dip"]]


def test_there_are_at_most_three_the_strongest_in_the_order_of_time():
    steps = [step for minute, count in ((5, 3), (15, 9), (25, 6), (35, 8)) for step in lost(minute, count)]
    found = moments(Seen(lost=steps))
    assert [(one.number, one.begin) for one in found] == [
        (1, 15 * MINUTE),
        (2, 25 * MINUTE),
        (3, 35 * MINUTE),
    ]


def test_a_moment_says_what_happened_around_it():
    events = [
        Event(9 * MINUTE, 9 * MINUTE, "Slide 3"),
        Event(250, 310, "Question 1"),
        Event(310, 310, "Got it"),
    ]
    (found,) = moments(Seen(lost=lost(5, 7), events=events))
    assert found.around == ["Question 1", "Got it"]


def points(means: list[float], half: float = 0.04) -> list[dict]:
    return [
        {"at": number * STEP_SECONDS * 1000, "mean": mean, "low": mean - half, "high": mean + half}
        for number, mean in enumerate(means)
    ]


def test_a_dip_is_below_the_classes_own_usual():
    (found,) = dips(points([0.7] * 60 + [0.4] * 30 + [0.7] * 30), 10**6)
    assert (found.lowest, found.usual) == (0.4, 0.7)
    assert 60 <= found.begin / 10_000 <= 65


def test_a_number_whose_likely_range_holds_the_usual_is_no_dip():
    assert dips(points([0.7] * 60 + [0.6] * 30, half=0.2), 10**6) == []


def test_a_number_without_a_likely_range_is_no_dip():
    line = points([0.7] * 60 + [0.4] * 30)
    assert dips([{**one, "low": None, "high": None} for one in line], 10**6) == []


@pytest.mark.django_db
def test_a_report_finds_them_and_names_nobody():
    session = taught.lesson(students=8)
    people = list(session.participants.all())
    for person in people[:4]:
        factory.pulse(person, at=after(10 * MINUTE))
    for person in people[:3]:
        taught.hand(person, 11 * MINUTE, 60)
    factory.marker(session, "Derivative", at=after(11 * MINUTE))
    (found,) = Report.of(session, after(3600)).moments
    assert kinds([found]) == [["lost", "hands"]]
    assert found.around == ["Marker “Derivative”"]
    said = " ".join([*found.around, *texts([found])])
    assert not any(person.display_name in said for person in people)
