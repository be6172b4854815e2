"""What a student said in class under their name: buttons, answers, questions and hands, oldest first.

Answers and questions without a name are not among them: nobody can tell whose they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Answer
from classroom.models import Participant
from config import locales
from dashboards.aggregates.pulses import OPINIONS

PULSES = {
    "too_slow": gettext_lazy("Too slow"),
    "pace_right": gettext_lazy("Pace is fine"),
    "too_fast": gettext_lazy("Too fast"),
    "too_easy": gettext_lazy("Too easy"),
    "difficulty_right": gettext_lazy("Difficulty is fine"),
    "too_hard": gettext_lazy("Too hard"),
    "lost": gettext_lazy("I'm lost"),
    "no_longer_lost": gettext_lazy("No longer lost"),
    "wrong_reading": gettext_lazy("That expression is wrong"),
}


@dataclass(frozen=True)
class Said:
    at: datetime
    what: str
    # What the student typed or chose.
    text: str = ""
    # The right answer, once the question has closed.
    right: str = ""


def own_words(participant: Participant) -> list[Said]:
    said = [*_pulses(participant), *_answers(participant), *_questions(participant), *_hands(participant)]
    return sorted(said, key=lambda one: one.at)


def _pulses(participant: Participant) -> Iterator[Said]:
    for pulse in participant.pulses.all():
        yield Said(pulse.at, str(PULSES[OPINIONS[pulse.kind, pulse.value]]))


def _answers(participant: Participant) -> Iterator[Said]:
    for answer in own_answers(participant):
        question = answer.question
        right = (
            "" if question.is_open else ", ".join(_options(question.options, question.right_options or []))
        )
        assert answer.answered_at is not None, "An answer with a participant has its time: a constraint."
        yield Said(answer.answered_at, question.text, answer_text(answer), right)


def _questions(participant: Participant) -> Iterator[Said]:
    for question in participant.student_questions.all():
        assert question.asked_at is not None, "A question with a participant has its time: a constraint."
        yield Said(question.asked_at, _("Your question"), question.text)


def _hands(participant: Participant) -> Iterator[Said]:
    for hand in participant.hands.all():
        length = locales.duration_text(hand.lowered_at - hand.raised_at) if hand.lowered_at else ""
        yield Said(hand.raised_at, _("Hand raised"), length)


def own_votes(participant: Participant) -> list[str]:
    """The questions of students that they voted for. A vote has no time."""
    return list(participant.upvotes.order_by("question__text").values_list("question__text", flat=True))


def own_answers(participant: Participant) -> list[Answer]:
    return list(participant.answers.select_related("question").order_by("answered_at"))


def answer_text(answer: Answer) -> str:
    """Return an answer as it was given: the chosen options, a number of a scale, or words."""
    if answer.value is not None:
        return str(answer.value)
    return answer.text or ", ".join(_options(answer.question.options, answer.chosen))


def _options(options: list[str], chosen: list[int]) -> list[str]:
    return [options[place] for place in chosen]
