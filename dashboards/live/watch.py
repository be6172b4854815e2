"""One running session as a teacher's page sees it, read once and then kept up to date.

The whole session is read once; after it only the buckets that can still change. Hints say whose those are:
between two looks at everybody, FULL_LOOK apart, only what they name is read again.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from classroom.access import session_for_teacher
from classroom.models import ClassSession, Marker, Presence, Pulse
from dashboards.aggregates import coverage, pulses
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.cells import Cells, Recent, cells, read_since
from dashboards.aggregates.expiry import unexpired
from dashboards.aggregates.seats import AWAY, GONE, Seat, seats, seats_with_news
from dashboards.aggregates.told import KEPT, SETTLED_AFTER
from dashboards.aggregates.versions import of_one_version, versions
from emotion.buckets import STEP, bucket_of, bucket_start
from emotion.vision.engagement import ENGAGEMENT_VERSION

# A hint may be lost, and gaps grow while nobody sends a frame.
FULL_LOOK = timedelta(seconds=2)
CLASS_LOOK = SETTLED_AFTER  # at who sits there and what they said: before their seconds are settled
BASELINES_EVERY = timedelta(minutes=1)


@dataclass
class News:
    """What hints have named since the last look. Readings that they missed are seen FULL_LOOK later, seats
    and words CLASS_LOOK later."""

    everybody: bool = False  # somebody came or went, or it is not known what changed
    words: bool = False  # a pulse or a marker
    participants: set[uuid.UUID] = field(default_factory=set)  # whose decision or camera changed
    consents: set[int] = field(default_factory=set)  # with new readings


class Watch:
    """Seats, words and readings as they were at the last look, with where each second went until then."""

    session: ClassSession
    sees_readings: bool  # whether the teacher does, in the mode that was in force at the last look
    seats: list[Seat]
    pulses: list[Pulse]
    markers: list[Marker]
    now: datetime  # the last look
    until: datetime  # the same, or the end of the class
    now_since: float  # a picture from before that, in seconds since 1970, is not from now
    has_ended: bool
    cells: Cells  # of the buckets that can still change and the one before, by consent
    newest: dict[int, float]  # by consent, when the last of these was taken, in seconds since 1970
    latest: dict[int, Recent]  # by consent
    formula: str  # the version that made the newest of them: numbers of two are not put together
    accounts: dict[uuid.UUID, coverage.Account]  # of the buckets of the last KEPT
    first_open: int  # of the buckets that can still change, and are read again
    settled: dict[uuid.UUID, Counter]  # seconds by reason, in the buckets before those of `accounts`
    states: dict[uuid.UUID, tuple[float, str]]  # since when each is what
    filmed: list[Seat]  # whose camera is on
    looked_like: dict[uuid.UUID, tuple[Seat, bool]]  # at the last look, and whether they were gone
    baselines: dict[uuid.UUID, float]
    baselines_at: datetime | None
    baselines_of: str | None  # the version of the formula
    versions_since: dict[str, int]  # the first bucket of each version of the formula, in own lines
    class_read_at: datetime
    looked_at: datetime  # at everybody

    def __init__(self, teacher: AbstractBaseUser, session_id: uuid.UUID):
        self.teacher = teacher
        self.session_id = session_id

    def begin(self, now: datetime) -> None:
        self._read_session()
        self.first_open = bucket_of(self.session.opened_at)
        self.settled, self.accounts, self.looked_like = {}, {}, {}
        self.baselines, self.baselines_at, self.baselines_of = {}, None, None
        self.versions_since = {}
        self.latest, self.formula = {}, ENGAGEMENT_VERSION
        self._read_class(now)
        self._see_states(now)
        self._read_everybody(now)

    def look(self, now: datetime, news: News) -> Collection[Seat] | None:
        """Read again what may have changed; returns those about whom there may be something new to say. None
        where that is more than can be told as a change."""
        self._read_session()
        sees_class = news.everybody or abs(now - self.class_read_at) >= CLASS_LOOK  # clocks are set back, too
        if sees_class:
            self._read_class(now)
        else:
            self._read_news_of_class(now, news)
        self._see_states(now)
        if sees_class or self._is_due(now) or self._past_changed(now) is not None:
            return self._look_at_everybody(now)
        return self._look_at_some(now, news)

    def seconds_to_full_look(self, now: datetime) -> float:
        due = (self.looked_at + FULL_LOOK - now).total_seconds()
        return min(max(due, 0.0), FULL_LOOK.total_seconds())  # whatever the clock was set to

    def decisions(self) -> set[tuple]:
        return {(seat.id, seat.consent_id, seat.level) for seat in self.seats if seat.consent_id}

    def _is_due(self, now: datetime) -> bool:
        """Also as soon as a bucket begins, for everybody's account of those before has to be whole; and when
        somebody came or is gone of whom there was no hint."""
        waited = abs(now - self.looked_at) >= FULL_LOOK
        has_new_bucket = bucket_of(now) != bucket_of(self.looked_at)
        return waited or has_new_bucket or self.accounts.keys() != {seat.id for seat in self.seats}

    def _read_session(self) -> None:
        self.session = session_for_teacher(self.teacher, self.session_id)
        self.sees_readings = self.session.teacher_sees_readings

    def _read_class(self, now: datetime) -> None:
        self.seats = seats(self.session)
        self._read_words(now)
        self.class_read_at = now

    def _read_news_of_class(self, now: datetime, news: News) -> None:
        if news.words:
            self._read_words(now)
        if news.participants:
            self.seats = seats_with_news(self.session, self.seats, news.participants)

    def _read_words(self, now: datetime) -> None:
        self.pulses = pulses.pulses_since(self.session, self._until(now) - pulses.RECENT)
        self.markers = list(self.session.markers.all())

    def _past_changed(self, now: datetime) -> int | None:
        """The first bucket of which more has become known than was told: somebody is gone since then."""
        until = self._until(now).timestamp()
        moments = [moment for seat in self.seats for moment in self._news_of_past(seat, until)]
        changed = bucket_of(min(moments, default=until))
        return changed if changed < self.first_open else None

    def _news_of_past(self, seat: Seat, until: float) -> Iterator[float]:
        before, was_gone = self.looked_like.get(seat.id, (seat, False))
        if before is not seat and (moment := seat.differs_since(before)) is not None:
            yield moment
        since, state = self.states[seat.id]
        if (is_gone := state == GONE) != was_gone:
            since = since if is_gone else before.latest(until)[0]
            if is_gone or since not in {begin for begin, _ in seat.gone(until)}:
                yield since

    def _see_states(self, now: datetime) -> None:
        until = self._until(now).timestamp()
        self.states = {seat.id: seat.latest(until) for seat in self.seats}
        self.filmed = [seat for seat in self.seats if self.states[seat.id][1] == Presence.State.MEASURING]

    def _look_at_everybody(self, now: datetime) -> Collection[Seat] | None:
        self._settle()
        changed = self._past_changed(now)
        if changed is not None:
            if changed < self._first_kept():
                return None
            self.first_open = changed
        self._read_everybody(now)
        return self.seats

    def _read_everybody(self, now: datetime) -> None:
        self._set_clock(now)
        self.looked_at = now
        known, self.cells, self.newest, self.latest = self.latest, {}, {}, {}
        self._read_readings(known)
        self._renew_baselines(now)
        self.accounts = {seat.id: self._account(seat) for seat in self.seats}
        self._remember_looks()

    def _look_at_some(self, now: datetime, news: News) -> Collection[Seat]:
        self._set_clock(now)
        some = [
            seat for seat in self.seats if seat.id in news.participants or seat.consent_id in news.consents
        ]
        consents = [seat.consent_id for seat in some if seat.consent_id]
        known = {consent: self.latest.pop(consent) for consent in consents if consent in self.latest}
        for consent in consents:
            self.cells.pop(consent, None)
            self.newest.pop(consent, None)
        self._read_readings(known, consents)
        self.accounts |= {seat.id: self._account(seat) for seat in some}
        self._remember_looks()
        return some

    def _remember_looks(self) -> None:
        self.looked_like = {seat.id: (seat, self.states[seat.id][1] == GONE) for seat in self.seats}

    def _until(self, now: datetime) -> datetime:
        return min(now, self.session.closed_at or now)

    def _set_clock(self, now: datetime) -> None:
        self.now, self.until = now, self._until(now)
        self.now_since = (self.until - STEP).timestamp()
        self.has_ended = self.until < now

    def _read_readings(self, known: dict[int, Recent], consents: Collection[int] | None = None) -> None:
        if not self.sees_readings:
            return
        found = cells(self.session.pk, since=bucket_start(self.first_open - 1), consents=consents)
        kept = of_one_version(unexpired(found, self.seats, self.now))
        self.cells |= kept
        self.newest |= {consent: own[max(own)].last for consent, own in kept.items() if own}
        self._note_versions()
        if self.has_ended:
            return
        for consent, recent in read_since(self.session.pk, self.until - STEP, consents=consents).items():
            # No new reading is no news: that older ones are not looked at any more must not move a number.
            before = known.get(consent)
            self.latest[consent] = before if before and before.sequence == recent.sequence else recent
        newest = max(self.latest, key=self.taken_at, default=None)
        self.formula = self.formula if newest is None else self.latest[newest].engagement_version

    def _note_versions(self) -> None:
        shown = {seat.consent_id for seat in self.seats if seat.shares_own_line} & self.cells.keys()
        made_by = {cell.engagement_version for consent in shown for cell in self.cells[consent].values()}
        if made_by - self.versions_since.keys():
            for bucket, version in versions({consent: self.cells[consent] for consent in shown}).items():
                self.versions_since[version] = min(bucket, self.versions_since.get(version, bucket))

    def taken_at(self, consent: int) -> float:
        """Their newest reading, in seconds since 1970."""
        return self.newest.get(consent, 0.0)

    def state_of(self, seat: Seat) -> tuple[float, str]:
        """Since when it is what."""
        return self.states[seat.id]

    def is_here(self, seat: Seat) -> bool:
        return seat.left is None and self.states[seat.id][1] not in {*AWAY, GONE}

    def measured_now(self, seat: Seat) -> Recent | None:
        """What the newest picture told, if it is from now and a face was read in it."""
        recent = self.newest_of(seat)
        return recent if recent and recent.score is not None else None

    def newest_of(self, seat: Seat) -> Recent | None:
        """None where no picture of a camera that is on is from now."""
        recent = self.latest.get(seat.consent_id) if seat.consent_id else None
        since, state = self.state_of(seat)
        if self.has_ended or recent is None or state != Presence.State.MEASURING:
            return None
        taken_at = self.taken_at(seat.consent_id)
        is_now = taken_at > self.now_since and taken_at >= since
        return recent if is_now and recent.engagement_version == self.formula else None

    def _account(self, seat: Seat) -> coverage.Account:
        """As it was before the buckets that are open, and as it is in these."""
        since, end = bucket_start(self.first_open).timestamp(), self.until.timestamp()
        known = self.accounts.get(seat.id, {}).items()
        kept = {bucket: seconds for bucket, seconds in known if bucket < self.first_open}
        if not self.sees_readings:
            return kept | coverage.presence_only(seat, end, since=since)
        return kept | coverage.account(seat, self.cells.get(seat.consent_id, {}), end, since=since)

    def open_account(self, seat: Seat) -> coverage.Account:
        spent = self.accounts[seat.id].items()
        return {bucket: seconds for bucket, seconds in spent if bucket >= self.first_open}

    def _first_kept(self) -> int:
        return bucket_of(self.until - KEPT)

    def _settle(self) -> None:
        """Adds up what cannot change any more, so that it is never read again."""
        first_kept = self._first_kept()
        for id_, spent in self.accounts.items():
            done = {bucket: spent.pop(bucket) for bucket in [*spent] if bucket < first_kept}
            self.settled.setdefault(id_, Counter()).update(coverage.total(done))
        self.first_open = max(self.first_open, bucket_of(self.until - SETTLED_AFTER))

    def _renew_baselines(self, now: datetime) -> None:
        if self.has_ended or not self.sees_readings:
            return
        is_old = self.baselines_at is None or now - self.baselines_at >= BASELINES_EVERY
        if is_old or self.baselines_of != self.formula:
            sharing = [seat for seat in self.seats if seat.shares_own_line]
            self.baselines = baselines(sharing, now, version=self.formula)
            self.baselines_at, self.baselines_of = now, self.formula
