"""Hands that were raised in a session, and questions that students asked."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from activities.models import Hand, StudentQuestion
from classroom.models import ClassSession


@dataclass(frozen=True)
class RaisedHand:
    name: str
    participant: uuid.UUID
    raised_at: datetime
    waited: timedelta
    is_up: bool
    by_teacher: bool


@dataclass(frozen=True)
class Hands:
    # The hands in the order in which they were raised.
    all: list[RaisedHand]

    @property
    def students(self) -> int:
        return len({hand.participant for hand in self.all})

    @property
    def typical_wait(self) -> timedelta:
        """The median time that a hand was up."""
        return timedelta(seconds=round(median(hand.waited.total_seconds() for hand in self.all)))

    @property
    def longest_wait(self) -> timedelta:
        return max(hand.waited for hand in self.all)


@dataclass(frozen=True)
class StudentsQuestion:
    """A question of a student. Without a name it has neither a name nor a time."""

    id: uuid.UUID
    text: str
    votes: int
    status: str
    status_label: str
    name: str
    participant: uuid.UUID | None
    asked_at: datetime | None


def hands(session: ClassSession, names: Mapping[uuid.UUID, str], until: datetime) -> Hands:
    """Return the hands of the students who are named."""
    raised = Hand.objects.filter(participant__session=session).order_by("raised_at", "pk")
    return Hands([_hand(one, names, until) for one in raised if one.participant_id in names])


def _hand(hand: Hand, names: Mapping[uuid.UUID, str], until: datetime) -> RaisedHand:
    waited = max(timedelta(0), (hand.lowered_at or until) - hand.raised_at)
    return RaisedHand(
        name=names[hand.participant_id],
        participant=hand.participant_id,
        raised_at=hand.raised_at,
        waited=timedelta(seconds=round(waited.total_seconds())),
        is_up=hand.lowered_at is None,
        by_teacher=hand.lowered_by_teacher,
    )


def students_questions(session: ClassSession, names: Mapping[uuid.UUID, str]) -> list[StudentsQuestion]:
    """Return the students' questions, most votes first."""
    return [
        StudentsQuestion(
            id=one.pk,
            text=one.text,
            votes=one.votes,
            status=one.status,
            status_label=one.get_status_display(),
            name=names.get(one.participant_id, "") if one.participant_id else "",
            participant=one.participant_id if one.participant_id in names else None,
            asked_at=one.asked_at,
        )
        for one in StudentQuestion.objects.with_votes(session.pk)
    ]
