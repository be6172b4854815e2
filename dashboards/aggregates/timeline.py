"""What is known of a session, bucket by bucket: the one state that live page, report and exports read."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from classroom.models import ClassSession, Mode, Participant
from emotion.buckets import STEP_SECONDS, bucket_of
from emotion.models import PublishedBucket

from . import coverage, published
from .class_line import ClassLine, ClassNumber, Point
from .class_means import class_line, class_use
from .formula_versions import Era, Versions, eras, leading, of_one_version, versions
from .own_cells import OwnCells
from .readings import Cells, cells_of, read_cells, unexpired
from .roster import RosterEntry, entry_of, roster
from .time_table import NO_TIME, TimeUse
from .time_use import time_uses, time_uses_without_readings


@dataclass(frozen=True)
class Timeline:
    """A session from its bucket `first` to `until`.

    A report holds a timeline of the whole session. A live page holds one of those buckets that can still
    change, and makes a new one at each look; both compute their numbers here.
    """

    session: ClassSession
    # Sorted by name.
    roster: Sequence[RosterEntry]
    cells: Cells
    first: int
    now: float
    # Whether its reader may see readings of others, or in a student's own report their own.
    shows_readings: bool
    # Time use by participant. It may begin before `first`: what is known of that time no longer changes.
    time_uses: dict[uuid.UUID, TimeUse] = field(default_factory=dict)
    # The published steps that contain class-only students, by bucket.
    published: dict[int, PublishedBucket] = field(default_factory=dict)

    @classmethod
    def of_class(cls, session: ClassSession, now: float) -> "Timeline":
        """The whole session as its teachers may see it."""
        shows, everybody = session.teacher_sees_readings, roster(session)
        found = unexpired(read_cells(session.pk), everybody, now) if shows else {}
        steps = published.published_buckets(session) if shows else {}
        timeline = cls(
            session, everybody, of_one_version(found), _first(session), now, shows, published=steps
        )
        timeline.account_for(everybody)
        return timeline

    @classmethod
    def of_participant(cls, participant: Participant, now: float) -> "Timeline":
        """The whole session of one participant. Their own readings are theirs to see, in every mode that made
        any, allowed or not any more."""
        session, own = participant.session, entry_of(participant)
        shows = session.mode != Mode.PARTICIPATION
        found = read_cells(session.pk, consents=[own.consent_id]) if own.consent_id else {}
        timeline = cls(session, [own], unexpired(found, [own], now), _first(session), now, shows)
        timeline.account_for([own])
        return timeline

    @cached_property
    def until(self) -> float:
        return end_of_time(self.session, self.now)

    @property
    def has_ended(self) -> bool:
        return self.until < self.now

    @property
    def last(self) -> int:
        return max(self.first, bucket_of(self.until))

    @cached_property
    def readings_expired(self) -> bool:
        """Whether there may have been readings, and all have expired."""
        opened = self.session.opened_at.timestamp()
        are_old = any(entry.ever_on and opened < entry.kept_since(self.now) for entry in self.roster)
        return self.shows_readings and are_old and not any(self.cells.values())

    @cached_property
    def numbers(self) -> dict[uuid.UUID, int]:
        """Each participant's place in the order of joining: two may have given the same name."""
        joined = sorted(self.roster, key=lambda entry: (entry.joined, entry.id))
        return {entry.id: number for number, entry in enumerate(joined, start=1)}

    def cells_of(self, entry: RosterEntry) -> OwnCells:
        return cells_of(self.cells, entry)

    def account_for(self, entries: Iterable[RosterEntry]) -> None:
        """Find out where the seconds of these went since `first`; what is known of the time before stands."""
        entries = list(entries)
        for entry, used in zip(entries, self._since_first(entries), strict=True):
            known = self.time_uses.get(entry.id, NO_TIME)
            self.time_uses[entry.id] = known.before(self.first).followed_by(used)

    def _since_first(self, entries: Sequence[RosterEntry]) -> list[TimeUse]:
        since = float(self.first * STEP_SECONDS)
        if not self.shows_readings:
            return time_uses_without_readings(entries, self.until, since=since)
        return time_uses(
            entries,
            [self.cells_of(entry) for entry in entries],
            self.until,
            since=since,
            erased_before=[entry.kept_since(self.now) for entry in entries],
        )

    def use_of(self, entry: RosterEntry) -> TimeUse:
        """Return the time use of this student in the buckets from `first` on."""
        return self.time_uses[entry.id].since(self.first)

    @cached_property
    def class_use(self) -> TimeUse:
        """Everybody's seconds by reason and bucket, as far as they may be shown."""
        return class_use(self.roster, self._uses, self.line)

    @cached_property
    def _uses(self) -> dict[uuid.UUID, TimeUse]:
        return {entry.id: self.use_of(entry) for entry in self.roster}

    @cached_property
    def line(self) -> ClassLine:
        """What may be shown of each bucket. A step that is published once is published here when it is over,
        and is then as it was published."""
        if not self.shows_readings:
            return self._computed_line
        self._publish()
        line = published.without_unpublished(self._computed_line, self.first_unpublished)
        return published.as_published(line, self.published, self.now)

    @cached_property
    def _computed_line(self) -> ClassLine:
        return class_line(
            self.session.pk,
            self.roster,
            of_one_version(self.cells),
            first=self.first,
            last=self.last,
            time_uses=self._uses if self.shows_readings else None,
        )

    @cached_property
    def first_unpublished(self) -> int:
        return published.first_unpublished(self.session, self.now)

    def _publish(self) -> None:
        line = self._computed_line
        new = published.to_publish(line, before=self.first_unpublished, known=self.published)
        if new:
            made_by = versions(self.cells)
            steps = published.steps_of(self.session, line, self.roster, new, made_by)
            published.publish(self.session, steps)
            # Read again: another page may have been first.
            self.published.update(published.published_buckets(self.session, since=min(new)))

    def is_unpublished(self, bucket: int) -> bool:
        """Whether nothing is shown of this bucket yet, because it is published once and not over."""
        waits = bool(self.line.published_once[bucket - self.first])
        return waits and bucket >= self.first_unpublished

    def class_line(self, merge: int) -> ClassLine:
        """The line in steps of `merge` buckets, each made of scores of one version of the formula."""
        leads = leading(self.versions, merge)
        steps = range(self.line.first, self.line.first + len(self.line))
        made_by_leader = [self.versions.get(step) in (None, leads.get(step // merge)) for step in steps]
        return self.line.only(np.array(made_by_leader)).merged(merge)

    def points(self, merge: int = 1) -> list[Point]:
        """The class line as a chart shows it, in steps of `merge` buckets."""
        line = self.line if merge == 1 else self.class_line(merge)
        used = self.class_use.merged(merge)
        shares = [coverage.share_measured(used.get(line.first + index, {})) for index in range(len(line))]
        return [
            {
                "at": line.start(index) * 1000,
                "coverage": None if share is None else round(share, 2),
                **line.numbers(index),
            }
            for index, share in enumerate(shares)
        ]

    @cached_property
    def versions(self) -> Versions:
        """The formula version by bucket, of own lines and class numbers that are shown."""
        shown = {entry.consent_id for entry in self.roster if entry.shares_own_line}
        made_by = versions({consent: own for consent, own in self.cells.items() if consent in shown})
        blurred = (self.line.first + np.flatnonzero(self.line.class_only)).tolist()
        return {**made_by, **{step: self.published[step].engagement_version for step in blurred}}

    @cached_property
    def eras(self) -> list[Era]:
        return eras(self.versions)

    def whole_class(self) -> ClassNumber | None:
        """One number over all the session; None where several versions of the formula made it."""
        return self.line.whole() if len(self.eras) < 2 else None


def end_of_time(session: ClassSession, now: float) -> float:
    """Now, or the end of a class that has ended."""
    return now if session.closed_at is None else min(now, session.closed_at.timestamp())


def _first(session: ClassSession) -> int:
    return bucket_of(session.begins_at)
