"""The habits of simulated students: each has some of their own, and the class as a whole none of a clip."""

from statistics import mean, pstdev

import pytest

from demo.activity import answer_to
from demo.behaviour import HARD_EVERY, NEVER, Behaviour, hardness
from demo.student import SimulatedStudent

pytestmark = pytest.mark.any_database
CLASS = range(12)


def test_a_student_who_only_sends_pictures_does_nothing_else_that_a_benchmark_would_count():
    plain = Behaviour()
    assert plain.has_camera
    assert {plain.pauses_every, plain.drops_every, plain.raises_every, plain.thinks} == {NEVER}


def test_a_lively_class_has_some_of_everything():
    behaviours = [Behaviour.lively(number) for number in CLASS]
    assert sum(not one.has_camera for one in behaviours) == 2
    assert any(one.pauses_every != NEVER for one in behaviours)
    assert any(one.drops_every != NEVER for one in behaviours)
    assert any(one.thinks == NEVER for one in behaviours)
    assert all(1 < one.thinks < 10 for one in behaviours if one.thinks != NEVER)


def test_the_same_student_has_the_same_habits_in_each_demo():
    assert Behaviour.lively(3) == Behaviour.lively(3) != Behaviour.lively(4)


def test_faces_of_a_class_do_not_move_together():
    """The mean of twelve clips out of phase moves much less than one clip does."""
    students = [SimulatedStudent(number, behaviour=Behaviour.lively(number)) for number in CLASS]
    clip = 100
    lines = [[student.place_in_clip(second, clip) / clip for second in range(600)] for student in students]
    together = [mean(moment) for moment in zip(*lines, strict=True)]
    assert pstdev(together) < 0.5 * mean(pstdev(line) for line in lines)


def test_the_lesson_becomes_hard_and_easy_again():
    values = [hardness(second) for second in range(int(HARD_EVERY))]
    assert min(values) == 0
    assert max(values) > 0.99


@pytest.mark.parametrize(
    ("question", "field", "allowed"),
    [
        ({"kind": "choice", "options": ["Yes", "No"]}, "option", {0, 1}),
        ({"kind": "scale", "options": ["low", "high"]}, "value", {1, 2, 3, 4, 5}),
    ],
)
def test_an_answer_fits_its_question(question, field, allowed):
    assert {answer_to(question)[field] for _ in range(100)} <= allowed


def test_a_word_is_one_word():
    assert all(len(str(answer_to({"kind": "word"})["text"]).split()) == 1 for _ in range(50))
