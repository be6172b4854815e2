"""A whole session, from the database alone: for the report, the CSV and a student's own page."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from classroom.models import ClassSession, Mode, Participant
from emotion.buckets import Cell, bucket_of, bucket_start
from emotion.models import PublishedBucket

from . import coverage, told
from .cells import Cells, cells
from .coverage import Account
from .expiry import unexpired
from .lines import ClassLine, exactness
from .seats import Seat, seat, seats
from .summaries import class_line, class_spent
from .versions import Era, Versions, eras, leading, of_one_version, versions

# Steps a chart can show in the width of a page; each is a multiple of ten seconds that people count in.
MOST_POINTS = 400
MERGES = (1, 3, 6, 12, 30, 60, 180, 360)


@dataclass(frozen=True)
class Timeline:
    session: ClassSession
    seats: list[Seat]
    cells: Cells
    until: datetime
    now: datetime
    shows_readings: bool

    @classmethod
    def of_class(cls, session: ClassSession, now: datetime) -> "Timeline":
        shows = session.teacher_sees_readings
        people = seats(session)
        found = unexpired(cells(session.pk), people, now) if shows else {}
        return cls(session, people, of_one_version(found), session.closed_at or now, now, shows)

    @classmethod
    def of_participant(cls, participant: Participant, now: datetime) -> "Timeline":
        """Their own readings are theirs to see, in every mode that made any, allowed or not any more."""
        session, own = participant.session, seat(participant)
        shows = session.mode != Mode.PARTICIPATION
        found = cells(session.pk, consents=[own.consent_id]) if own.consent_id else {}
        return cls(session, [own], unexpired(found, [own], now), session.closed_at or now, now, shows)

    @property
    def readings_expired(self) -> bool:
        """There is no reading any more, and there may have been some."""
        opened = self.session.opened_at.timestamp()
        are_old = any(seat.ever_on and opened < seat.kept_since(self.now) for seat in self.seats)
        return self.shows_readings and are_old and not any(self.cells.values())

    @property
    def first(self) -> int:
        return bucket_of(self.session.opened_at)

    @property
    def last(self) -> int:
        return max(self.first, bucket_of(self.until))

    @property
    def merge(self) -> int:
        """How many buckets make one step of a chart."""
        wanted = (self.last - self.first + 1) / MOST_POINTS
        return next((merge for merge in MERGES if merge >= wanted), MERGES[-1])

    @cached_property
    def numbers(self) -> dict[uuid.UUID, int]:
        """Seats in the order of joining: two students may have given the same name."""
        joined = sorted(self.seats, key=lambda seat: (seat.joined, seat.id))
        return {seat.id: number for number, seat in enumerate(joined, start=1)}

    def cells_of(self, seat: Seat) -> dict[int, Cell]:
        return self.cells.get(seat.consent_id, {})

    @cached_property
    def accounts(self) -> dict[uuid.UUID, Account]:
        return {seat.id: self._account(seat) for seat in self.seats}

    def _account(self, seat: Seat) -> Account:
        until = self.until.timestamp()
        if not self.shows_readings:
            return coverage.presence_only(seat, until)
        return coverage.account(seat, self.cells_of(seat), until, erased_before=seat.kept_since(self.now))

    @cached_property
    def spent(self) -> Counter:
        """Everybody's seconds by reason, as far as they may be told."""
        return coverage.total(self.spent_by_step)

    @cached_property
    def spent_by_step(self) -> Account:
        return class_spent(self.seats, self.accounts, self.line)

    @cached_property
    def line(self) -> ClassLine:
        """What is told of each bucket, from now on. What was told of it before stands."""
        line = self._computed_line
        if not self.shows_readings:
            return line
        line = told.without_untold(line, told.first_untold(self.session, self.now))
        return told.as_told(line, self._told_steps, self.now)

    @cached_property
    def _told_steps(self) -> dict[int, PublishedBucket]:
        steps, before = told.frozen_steps(self.session), told.first_untold(self.session, self.now)
        line = self._computed_line
        if new := told.to_tell(line, before=before, but=steps):
            made = told.steps_of(self.session, line, self.seats, new, versions(self.cells))
            told.freeze(self.session, made)
            steps = told.frozen_steps(self.session)  # another page may have been first
        return steps

    @cached_property
    def _computed_line(self) -> ClassLine:
        accounts = self.accounts if self.shows_readings else None
        period = {"first": self.first, "last": self.last}
        found = of_one_version(self.cells)
        return class_line(self.session.pk, self.seats, found, **period, accounts=accounts)

    def class_line(self, merge: int) -> ClassLine:
        """No step of it is made of scores of two versions of the formula."""
        leads = leading(self.versions, merge)
        steps = range(self.line.first, self.line.first + len(self.line))
        made_by_leader = [self.versions.get(step) in (None, leads.get(step // merge)) for step in steps]
        return self.line.only(np.array(made_by_leader)).merged(merge)

    @cached_property
    def versions(self) -> Versions:
        """Of the formula, by bucket: of those own lines and class numbers that are told."""
        shown = {seat.consent_id for seat in self.seats if seat.shares_own_line}
        made_by = versions({consent: self.cells[consent] for consent in shown & self.cells.keys()})
        blurred = (self.line.first + np.flatnonzero(self.line.group)).tolist()
        return {**made_by, **{step: self._told_steps[step].engagement_version for step in blurred}}

    @cached_property
    def eras(self) -> list[Era]:
        return eras(self.versions)

    def whole_class(self) -> dict:
        """One point over all the session, where one version of the formula made it."""
        return _told(self.line)

    def whole_eras(self) -> list[dict]:
        """One point over each era; none where one version of the formula made the whole session."""
        if len(self.eras) < 2:
            return []
        return [
            {
                "version": era.version,
                "from": bucket_start(era.first),
                **_told(self.line.part(era.first, era.last)),
            }
            for era in self.eras
        ]


def _told(line: ClassLine) -> dict:
    """One number of all its steps, and how exact that is."""
    point = line.whole()
    return {**point, "exactness": str(exactness(point))}
