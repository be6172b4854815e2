"""What a class was asked, said and did so far: read once, then again where something may be new."""

import math
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count

from activities.models import Answer, Hand, Question, SuggestionReply
from activities.state import teacher_state
from classroom.models import ClassSession, Marker, Pulse
from dashboards.aggregates.class_history import ClassHistory, class_history
from dashboards.aggregates.pulses import RECENT_SECONDS, pulses_since
from dashboards.aggregates.roster import Period, RosterEntry
from dashboards.aggregates.timeline import end_of_time
from dashboards.times import to_datetime
from emotion.buckets import bucket_of


class LessonEvents:
    """Pulses, markers, questions, hands and the like of one session, as of the last reading."""

    # The pulses and markers of the whole session, oldest first.
    pulses: list[Pulse]
    markers: list[Marker]
    # What the class is asked, says and does now, as activities/state.py describes it.
    activities: dict[str, Any]
    questions: list[Question]
    # How many answers are saved, by question.
    answered: dict[uuid.UUID, int]
    hands: list[Period]
    # The times at which the teacher said "Got it".
    seen_lost: list[float]
    # Until when suggestions are hidden from this teacher, by code.
    hidden_suggestions: dict[str, datetime | None]

    def __init__(self, teacher: User, session: ClassSession, now: float) -> None:
        self.teacher = teacher
        self.pulses, self._pulses_change_since = [], 0.0
        self._history: tuple[tuple[object, ...], ClassHistory] | None = None
        self.read(session, now)

    def read(self, session: ClassSession, now: float) -> None:
        self.read_annotations(session, now)
        self.read_activities(session, now)

    def read_annotations(self, session: ClassSession, now: float) -> None:
        """Read pulses, markers and what the teacher replied to suggestions."""
        since = self._pulses_change_since
        older = [pulse for pulse in self.pulses if pulse.at.timestamp() < since]
        self.pulses = older + pulses_since(session, since)
        self._pulses_change_since = end_of_time(session, now) - RECENT_SECONDS
        self.markers = list(session.markers.all())
        self.hidden_suggestions = SuggestionReply.objects.of(session, self.teacher.pk)

    def read_activities(self, session: ClassSession, now: float) -> None:
        """Read questions, answers and hands. A question whose time is up is closed."""
        moment = to_datetime(now)
        self.activities = teacher_state(session, moment)
        question = self.activities["question"]
        if question and question["closes_at"] and session.questions.close_due(moment):
            self.activities = teacher_state(session, moment)
        if not self.activities["revision"]:
            # Nothing was asked or said so far.
            self.questions, self.answered, self.hands, self.seen_lost = [], {}, [], []
            return
        self.questions = list(session.questions.all())
        answers = Answer.objects.filter(question__session=session).order_by()
        self.answered = dict(answers.values_list("question").annotate(Count("pk")))
        hands = Hand.objects.filter(participant__session=session).values_list("raised_at", "lowered_at")
        self.hands = [
            Period(raised.timestamp(), lowered.timestamp() if lowered else math.inf)
            for raised, lowered in hands
        ]
        seen = session.acknowledgements.values_list("at", flat=True)
        self.seen_lost = [at.timestamp() for at in seen]

    def history(
        self, session: ClassSession, roster: Sequence[RosterEntry], *, here: int, until: float
    ) -> ClassHistory:
        """Return what students said in each step so far. It is computed again where something is new."""
        made_of = (roster, self.pulses, self.hands, self.seen_lost, bucket_of(until), here)
        if self._history and all(a is b or a == b for a, b in zip(self._history[0], made_of, strict=True)):
            return self._history[1]
        first = bucket_of(session.begins_at)
        made = class_history(
            roster, self.pulses, seen_lost=self.seen_lost, hands=self.hands, first=first, until=until
        )
        self._history = made_of, made
        return made
