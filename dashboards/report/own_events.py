"""What a student said with their name and when they were there, as CSV with the columns of the teacher's."""

from collections.abc import Iterator
from datetime import datetime

from classroom.models import Participant
from dashboards.aggregates.pulses import OPINIONS
from dashboards.aggregates.roster import entry_of
from dashboards.aggregates.timeline import end_of_time

from . import parts
from .csv_format import CsvFormat, as_typed
from .events_csv import EventRow, written
from .own_words import answer_text, own_answers, own_votes


def own_events_csv(participant: Participant, now: datetime, csv_format: CsvFormat) -> str:
    return written(_events(participant, now), participant.session, csv_format)


def _events(participant: Participant, now: datetime) -> Iterator[EventRow]:
    name = as_typed(participant.display_name)
    until = end_of_time(participant.session, now.timestamp())
    for begin, end in parts.visits(entry_of(participant), until):
        yield EventRow("in_class", begin, end, name)
    for pulse in participant.pulses.all():
        yield EventRow("feedback", pulse.at, participant=name, text=OPINIONS[pulse.kind, pulse.value])
    for answer in own_answers(participant):
        text, given = as_typed(answer.question.text), as_typed(answer_text(answer))
        yield EventRow("answer", answer.answered_at, participant=name, text=text, answer=given)
    for hand in participant.hands.all():
        yield EventRow("hand", hand.raised_at, hand.lowered_at, name)
    for asked in participant.student_questions.all():
        text = as_typed(asked.text)
        yield EventRow("student_question", asked.asked_at, participant=name, text=text, note=asked.status)
    for text in own_votes(participant):
        yield EventRow("vote", participant=name, text=as_typed(text))
