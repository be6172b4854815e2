"""Questions of a session with their answers, as far as their teacher may see them (activities/results.py)."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from activities.letters import letters_of
from activities.models import Kind, Question, Role
from activities.results import SCALE, Result, cloud, current_result, sum_up
from classroom.models import ClassSession
from dashboards.aggregates.roster import Period, RosterEntry

from .own_words import answer_text

Visits = Mapping[uuid.UUID, Sequence[Period]]
"""When each student was in class."""


@dataclass(frozen=True)
class ResultBar:
    label: str
    count: int
    share: float
    is_right: bool
    # The letter before an answer of a choice.
    letter: str = ""


@dataclass(frozen=True)
class OwnAnswer:
    """What one student answered, with their name. Without a text they were in class and did not answer."""

    participant: uuid.UUID
    name: str
    text: str
    at: datetime | None


@dataclass(frozen=True)
class AskedQuestion:
    question: Question
    number: int
    result: Result
    # Of a question with names: everybody who answered, or could have when it closed.
    answers: list[OwnAnswer]

    @property
    def answered(self) -> int:
        return self.result["count"]

    @property
    def present(self) -> int:
        """How many students were asked: those in class when the question closed."""
        return max(self.question.present or 0, self.answered)

    @property
    def share_answered(self) -> float | None:
        return self.answered / self.present if self.present else None

    @property
    def hidden(self) -> str:
        """Why nothing but the number of answers is shown: "few", "open", or nothing."""
        return self.result.get("hidden", "")

    @cached_property
    def bars(self) -> list[ResultBar]:
        counts = self.result.get("counts", [])
        right = set() if self.question.is_open else set(self.question.right_options or [])
        letters = letters_of(self.question) if self.question.kind == Kind.CHOICE else [""] * len(SCALE)
        return [
            ResultBar(label, count, count / max(self.answered, 1), place in right, letters[place])
            for place, (label, count) in enumerate(zip(labels_of(self.question), counts, strict=False))
        ]

    @property
    def mean(self) -> float | None:
        """The mean answer on a scale."""
        counts = self.result.get("counts")
        if self.question.kind != Kind.SCALE or not counts or not sum(counts):
            return None
        return sum(value * count for value, count in zip(SCALE, counts, strict=True)) / sum(counts)

    @cached_property
    def words(self) -> list[tuple[str, int]]:
        """Words with how many said each. Of an anonymous question those that enough students said."""
        if self.question.is_anonymous:
            return cloud(self.question, self.result)
        hidden = set(self.question.hidden_words)
        return [
            (spelling, count) for word, spelling, count in self.result.get("words", []) if word not in hidden
        ]

    @property
    def other_words(self) -> int:
        """How many answers are not among the words."""
        if "words" not in self.result:
            return 0
        return self.answered - sum(count for _word, count in self.words)

    @property
    def texts(self) -> list[tuple[str, int]]:
        """What was written, in alphabetical order, with how many wrote exactly that."""
        return list(Counter(self.result.get("texts", [])).items())


def labels_of(question: Question) -> list[str]:
    """The labels of its bars: its options, or 1 to 5 with the words at both ends."""
    if question.kind != Kind.SCALE:
        return [str(option) for option in question.options]
    words = dict(zip((SCALE[0], SCALE[-1]), question.options, strict=False))
    return [" · ".join(filter(None, (str(value), words.get(value)))) for value in SCALE]


def asked_questions(
    session: ClassSession, roster: Sequence[RosterEntry], until: float
) -> list[AskedQuestion]:
    """All questions in the order in which they were asked."""
    questions = list(session.questions.prefetch_related("answers"))
    has_names = any(not question.is_anonymous for question in questions)
    visits = {entry.id: entry.visits(until) for entry in roster} if has_names else {}
    return [
        AskedQuestion(question, number, result_of(question), _named(question, roster, visits, until))
        for number, question in enumerate(questions, start=1)
    ]


def result_of(question: Question) -> Result:
    if question.is_anonymous:
        return current_result(question)
    # The answers have been read with all others of the session.
    return sum_up(question, list(question.answers.all()))


def _named(
    question: Question, roster: Sequence[RosterEntry], visits: Visits, until: float
) -> list[OwnAnswer]:
    if question.is_anonymous:
        return []
    given = {answer.participant_id: answer for answer in question.answers.all()}
    ended = min(question.closed_at.timestamp(), until) if question.closed_at else None
    rows = []
    for entry in roster:
        if answer := given.get(entry.id):
            rows.append(OwnAnswer(entry.id, entry.name, answer_text(answer), answer.answered_at))
        elif ended is not None and any(begin <= ended <= end for begin, end in visits[entry.id]):
            rows.append(OwnAnswer(entry.id, entry.name, "", None))
    return rows


def of_role(asked: Collection[AskedQuestion], role: Role) -> list[AskedQuestion]:
    return [one for one in asked if one.question.role == role]
