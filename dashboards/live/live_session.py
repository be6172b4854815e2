"""One running session as a teacher's page sees it, read once and then kept up to date.

The whole session is read once; after it only the buckets that can still change. Hints say whose those are:
between two looks at everybody, FULL_LOOK_SECONDS apart, only what they name is read again.
"""

import math
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple

from django.contrib.auth.models import User

from classroom.access import session_for_teacher
from dashboards.aggregates import coverage
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.class_history import ClassHistory
from dashboards.aggregates.formula_versions import of_one_version
from dashboards.aggregates.published import REVISABLE_SECONDS, SETTLED_SECONDS, published_buckets
from dashboards.aggregates.readings import Cells, Newest, newest_readings, read_cells, unexpired
from dashboards.aggregates.roster import AWAY, GONE, RosterEntry, State, is_filming, refreshed, roster
from dashboards.aggregates.small_groups import consents_to_show
from dashboards.aggregates.time_table import NO_TIME
from dashboards.aggregates.timeline import Timeline, end_of_time
from emotion.buckets import STEP_SECONDS, bucket_of
from emotion.vision.engagement import ENGAGEMENT_VERSION

from .lesson_events import LessonEvents

# A hint may be lost, and gaps grow while nobody sends a frame.
FULL_LOOK_SECONDS = 2.0
# Between two looks at who is in the class and what they said: before their seconds are settled.
CLASS_LOOK_SECONDS = SETTLED_SECONDS
BASELINES_EVERY_SECONDS = 60.0


@dataclass
class Hints:
    """What hints have named since the last look. Readings that they missed are seen FULL_LOOK_SECONDS later,
    students and pulses CLASS_LOOK_SECONDS later."""

    # Somebody came or went, or it is not known what changed.
    everybody: bool = False
    # A pulse or a marker is new.
    annotations: bool = False
    # A question, an answer, a hand, the timer or the like changed.
    activities: bool = False
    # The ids of those whose decision or camera changed.
    participants: set[uuid.UUID] = field(default_factory=set)
    # The ids of consents with new readings.
    consents: set[int] = field(default_factory=set)


class Look(NamedTuple):
    """What was known of somebody at the last look."""

    entry: RosterEntry
    was_gone: bool


class LiveSession:
    """Roster, events and readings as of the last look, with the timeline of what may still change."""

    roster: list[RosterEntry]
    states: dict[uuid.UUID, State]
    # The students whose camera is on.
    filmed: list[RosterEntry]

    def __init__(self, teacher: User, session_id: uuid.UUID, now: float) -> None:
        """Reads everything."""
        self.teacher, self.session_id = teacher, session_id
        self.session = session_for_teacher(teacher, session_id)
        self.class_looked_at = self.looked_at = now
        self._looks: dict[uuid.UUID, Look] = {}
        # Seconds by reason in the buckets that cannot change any more, by participant.
        self.settled: dict[uuid.UUID, dict[str, float]] = {}
        self.baselines: dict[uuid.UUID, float] = {}
        self._baselines_of: tuple[float, str] | None = None
        self._versions_since: dict[str, int] = {}
        # The newest reading by consent.
        self._newest: dict[int, Newest] = {}
        # The version that made the newest reading of all: numbers of two are not put together.
        self._formula = ENGAGEMENT_VERSION
        self.roster = roster(self.session)
        self.events = LessonEvents(teacher, self.session, now)
        self._see_states(now)
        # Its cells hold the bucket before its first one, too, and its time uses the last REVISABLE_SECONDS.
        self.timeline = Timeline(
            session=self.session,
            roster=self.roster,
            cells={},
            first=bucket_of(self.session.opened_at),
            now=now,
            shows_readings=self.session.teacher_sees_readings,
            published=published_buckets(self.session),
        )
        self._read_everybody(now, self.timeline.first)

    def look(self, now: float, hints: Hints) -> Sequence[RosterEntry] | None:
        """Read again what may have changed; returns those about whom there may be something new to say. None
        where that is more than can be sent as a change."""
        self.session = session_for_teacher(self.teacher, self.session_id)
        # The clock may have been set back.
        sees_class = hints.everybody or abs(now - self.class_looked_at) >= CLASS_LOOK_SECONDS
        if sees_class:
            self.roster = roster(self.session)
            self.events.read(self.session, now)
            self.class_looked_at = now
        else:
            self._look_at_hints_of_class(now, hints)
        self._see_states(now)
        if sees_class or self._is_due(now) or self._past_changed(now, self.timeline.first) is not None:
            return self._look_at_everybody(now)
        return self._look_at_some(now, hints)

    def seconds_to_full_look(self, now: float) -> float:
        """Return the wait until all are read again: FULL_LOOK_SECONDS at most, even if the clock is set."""
        return min(max(self.looked_at + FULL_LOOK_SECONDS - now, 0.0), FULL_LOOK_SECONDS)

    def decisions(self) -> set[tuple[uuid.UUID, int, str | None]]:
        return {(entry.id, entry.consent_id, entry.level) for entry in self.roster if entry.consent_id}

    def is_here(self, entry: RosterEntry) -> bool:
        return entry.left is None and self.states[entry.id].state not in {*AWAY, GONE}

    def measured_now(self, entry: RosterEntry) -> Newest | None:
        """The newest reading, if it is from now and a face was read in it."""
        newest = self.newest_of(entry)
        return newest if newest and newest.score is not None else None

    def newest_of(self, entry: RosterEntry) -> Newest | None:
        """None where no picture of a camera that is on is from now."""
        newest = self._newest.get(entry.consent_id) if entry.consent_id else None
        since, state = self.states[entry.id]
        if self.timeline.has_ended or newest is None or not is_filming(state):
            return None
        taken_at = self._taken_at(entry)
        is_now = taken_at > self.timeline.until - STEP_SECONDS and taken_at >= since
        return newest if is_now and newest.engagement_version == self._formula else None

    def newest_picture(self) -> float | None:
        """When the newest picture was taken, of students for whom a page may show it."""
        shown = consents_to_show(self.filmed) & self._newest.keys()
        return max((self._taken_at(one) for one in self.filmed if one.consent_id in shown), default=None)

    def _taken_at(self, entry: RosterEntry) -> float:
        return self.timeline.cells_of(entry).last_reading

    def versions_since(self) -> list[tuple[str, int]]:
        """Each version of the formula that made a number of this session, with its first bucket, oldest
        first."""
        if self.timeline.shows_readings:
            for bucket, version in self.timeline.versions.items():
                self._versions_since[version] = min(bucket, self._versions_since.get(version, bucket))
        return sorted(self._versions_since.items(), key=itemgetter(1))

    def _look_at_hints_of_class(self, now: float, hints: Hints) -> None:
        if hints.annotations:
            self.events.read_annotations(self.session, now)
        if hints.activities:
            self.events.read_activities(self.session, now)
        if hints.participants:
            self.roster = refreshed(self.session, self.roster, hints.participants)

    def history(self) -> ClassHistory:
        """Return what students said in each step so far."""
        here = sum(map(self.is_here, self.roster))
        return self.events.history(self.session, self.roster, here=here, until=self.timeline.until)

    def _see_states(self, now: float) -> None:
        until = end_of_time(self.session, now)
        self.states = {entry.id: entry.state_at(until) for entry in self.roster}
        self.filmed = [entry for entry in self.roster if is_filming(self.states[entry.id].state)]

    def _is_due(self, now: float) -> bool:
        """Whether everybody has to be read again: after FULL_LOOK_SECONDS; when a bucket begins, because the
        time in those before has to be whole; and when somebody came or went without a hint."""
        waited = abs(now - self.looked_at) >= FULL_LOOK_SECONDS
        has_new_bucket = bucket_of(now) != bucket_of(self.looked_at)
        return waited or has_new_bucket or self.timeline.time_uses.keys() != {one.id for one in self.roster}

    def _past_changed(self, now: float, first: int) -> int | None:
        """The first bucket before `first` of which more has become known: somebody is gone since then."""
        until = end_of_time(self.session, now)
        moments = [moment for entry in self.roster for moment in self._news_of_past(entry, until)]
        changed = bucket_of(min(moments, default=until))
        return changed if changed < first else None

    def _news_of_past(self, entry: RosterEntry, until: float) -> Iterator[float]:
        before, was_gone = self._looks.get(entry.id, Look(entry, was_gone=False))
        if before is not entry and (moment := entry.differs_since(before)) is not None:
            yield moment
        since, state = self.states[entry.id]
        if (is_gone := state == GONE) != was_gone:
            since = since if is_gone else before.state_at(until).since
            if is_gone or since not in {begin for begin, _ in entry.absences(until)}:
                yield since

    def _look_at_everybody(self, now: float) -> Sequence[RosterEntry] | None:
        first_revisable = bucket_of(self.timeline.until - REVISABLE_SECONDS)
        self._settle(first_revisable)
        first = max(self.timeline.first, bucket_of(self.timeline.until - SETTLED_SECONDS))
        changed = self._past_changed(now, first)
        if changed is not None and changed < first_revisable:
            return None
        self._read_everybody(now, first if changed is None else changed)
        return self.roster

    def _settle(self, before: int) -> None:
        """Add up the seconds of the buckets before this one, so that they are never counted again."""
        for id_, used in self.timeline.time_uses.items():
            self.timeline.time_uses[id_] = used.since(before)
            coverage.add(self.settled.setdefault(id_, defaultdict(float)), used.before(before).total())

    def _read_everybody(self, now: float, first: int) -> None:
        self.looked_at = now
        before, self._newest = self._newest, {}
        known = self.timeline.time_uses
        self.timeline = replace(
            self.timeline,
            first=first,
            cells={},
            time_uses={entry.id: known.get(entry.id, NO_TIME) for entry in self.roster},
        )
        self._read_cells(now)
        self._read_newest(before)
        self._renew_baselines()
        self.timeline.account_for(self.roster)
        self._remember_looks()

    def _look_at_some(self, now: float, hints: Hints) -> Sequence[RosterEntry]:
        some = [
            entry
            for entry in self.roster
            if entry.id in hints.participants or entry.consent_id in hints.consents
        ]
        consents = [entry.consent_id for entry in some if entry.consent_id]
        before = {consent: self._newest.pop(consent) for consent in consents if consent in self._newest}
        self._read_cells(now, consents)
        self._read_newest(before, consents)
        self.timeline.account_for(some)
        self._remember_looks()
        return some

    def _remember_looks(self) -> None:
        self._looks = {entry.id: Look(entry, self.states[entry.id].state == GONE) for entry in self.roster}

    def _read_cells(self, now: float, consents: Collection[int] | None = None) -> None:
        """Read the cells of everybody or of these consents, and keep session and roster as they are now."""
        shows, first = self.session.teacher_sees_readings, self.timeline.first
        cells: Cells = {}
        if shows:
            found = read_cells(self.session.pk, since=first - 1, consents=consents)
            cells = of_one_version(unexpired(found, self.roster, now))
        if consents is not None:
            others = self.timeline.cells.items()
            cells = {**{consent: own for consent, own in others if consent not in consents}, **cells}
        self.timeline = replace(
            self.timeline,
            session=self.session,
            roster=self.roster,
            cells=cells,
            now=now,
            shows_readings=shows,
        )

    def _read_newest(self, before: Mapping[int, Newest], consents: Collection[int] | None = None) -> None:
        """Read the newest reading of everybody or of these consents. `before` has those of the last look."""
        if self.timeline.has_ended or not self.timeline.shows_readings:
            return
        since = self.timeline.until - STEP_SECONDS
        for consent, newest in newest_readings(self.session.pk, since, consents=consents).items():
            # Where there is no new reading nothing changes: a number must not move because the time of an
            # older one has passed.
            known = before.get(consent)
            self._newest[consent] = known if known and known.sequence == newest.sequence else newest
        taken_at = {
            entry.consent_id: self._taken_at(entry) for entry in self.roster if entry.consent_id is not None
        }
        last = max(self._newest.keys() & taken_at.keys(), key=taken_at.__getitem__, default=None)
        if last is not None:
            self._formula = self._newest[last].engagement_version

    def _renew_baselines(self) -> None:
        if self.timeline.has_ended or not self.timeline.shows_readings:
            return
        now = self.timeline.now
        made_at, made_of = self._baselines_of or (-math.inf, "")
        if now - made_at >= BASELINES_EVERY_SECONDS or made_of != self._formula:
            sharing = [entry for entry in self.roster if entry.shares_own_line]
            self.baselines = baselines(sharing, now, version=self._formula)
            self._baselines_of = now, self._formula
