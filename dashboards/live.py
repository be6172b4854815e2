"""What one teacher's page has been told, and what it must hear next.

Synchronous and without sockets: the consumer runs it beside the event loop. It keeps the last words sent, so
that a change holds what changed and nothing else. The whole session is read once, for the snapshot; after it
only the buckets that can still change are read again.
"""

import uuid
from collections import Counter
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from classroom.access import session_for_teacher
from classroom.models import Presence
from emotion import engagement
from emotion.buckets import STEP, STEP_SECONDS, Cell, bucket_of, bucket_start

from . import coverage, pulses
from .baselines import baselines
from .cells import Cells, Recent, cells, read_since
from .seats import Seat, seats
from .summaries import class_line, class_now, class_spent

# How late a reading can still come: the clock's tolerance and the time a frame may wait, 5 s each.
SETTLED_AFTER = timedelta(seconds=10)
STRIP = timedelta(minutes=20)  # a strip shows the last part of the class, the report shows all of it
BASELINES_EVERY = timedelta(minutes=1)

CODES = list(coverage.REASONS)  # a cell of a strip is a score in percent, or -1 minus its place in here
_CODE = {code: -1 - place for place, code in enumerate(CODES)}


class LiveView:
    def __init__(self, teacher: AbstractBaseUser, session_id: uuid.UUID):
        self.teacher = teacher
        self.session_id = session_id

    def snapshot(self, now: datetime) -> dict:
        self.session = session_for_teacher(self.teacher, self.session_id)
        self._read_class(now)
        self.settled_until = bucket_of(self.session.opened_at)
        self.settled = {seat.id: Counter() for seat in self.seats}
        self.baselines, self.baselines_at = {}, None
        self.told = self._view(now)
        return {"type": "snapshot", "server_time": _ms(now), **self._fixed(), **self.told}

    def change(self, now: datetime, *, look_at_class: bool) -> dict:
        """What the page does not know yet: everything again where somebody took back what they had shared."""
        self.session = session_for_teacher(self.teacher, self.session_id)
        if look_at_class:
            decided = {seat.id: (seat.consent_id, seat.level) for seat in self.seats if seat.consent_id}
            self._read_class(now)
            if not decided.items() <= {seat.id: (seat.consent_id, seat.level) for seat in self.seats}.items():
                return self.snapshot(now)
        told, self.told = self.told, self._view(now)
        return {"type": "change", "server_time": _ms(now), **difference(told, self.told)}

    def _fixed(self) -> dict:
        return {
            "step": STEP_SECONDS,
            "strip_seconds": int(STRIP.total_seconds()),
            "codes": [[code, str(coverage.REASONS[code])] for code in CODES],
            "opened_at": _ms(self.session.opened_at),
            "first_step": bucket_of(self.session.opened_at) * STEP_SECONDS * 1000,
            "sees_readings": self.session.teacher_sees_readings,
        }

    def _read_class(self, now: datetime) -> None:
        self.seats = seats(self.session)
        self.pulses = pulses.pulses_since(self.session, now - pulses.RECENT)
        markers = self.session.markers.all()
        self.markers = [{"at": _ms(marker.at), "label": marker.label} for marker in markers]

    def _view(self, now: datetime) -> dict:
        """All that can be said now about the class and about the buckets that were not settled before."""
        until = min(now, self.session.closed_at or now)
        found = self._cells(bucket_start(self.settled_until - 1))
        accounts = self._accounts(found, until)
        recent = [pulse for pulse in self.pulses if pulse.at >= now - pulses.RECENT]
        here = {seat.id for seat in self.seats if seat.is_here}
        said_here = pulses.voices(pulse for pulse in recent if pulse.participant_id in here)
        view = {
            "closed_at": _ms(self.session.closed_at),
            "present": len(here),
            "said": dict(pulses.voices(recent)),
            "suggestion": pulses.suggestion(said_here, len(here)),
            "markers": self.markers,
            "points": self._points(found, accounts, until),
            "cells": self._strips(found, accounts, until),
            **self._now(found, accounts, until, has_ended=until < now),
        }
        self._settle(accounts, until)
        return view

    def _cells(self, since: datetime) -> Cells:
        return cells(self.session.pk, since=since) if self.session.teacher_sees_readings else {}

    def _accounts(self, found: Cells, until: datetime) -> dict[uuid.UUID, coverage.Account]:
        since, end = bucket_start(self.settled_until).timestamp(), until.timestamp()

        def account(seat: Seat) -> coverage.Account:
            if not self.session.teacher_sees_readings:
                return coverage.presence_only(seat, end, since=since)
            return coverage.account(seat, found.get(seat.consent_id, {}), end, since=since)

        return {seat.id: account(seat) for seat in self.seats}

    def _points(self, found: Cells, accounts: dict, until: datetime) -> dict[int, dict]:
        if not self.session.teacher_sees_readings:
            return {}
        first = self.settled_until
        line = class_line(self.seats, found, first=first, last=max(first, bucket_of(until)))
        spent = class_spent(self.seats, accounts)
        points = {}
        for index, point in enumerate(line.points):
            measured = coverage.share_measured(spent.get(first + index, {}))
            points[point["at"]] = {**point, "coverage": _rounded(measured)}
        return points

    def _strips(self, found: Cells, accounts: dict, until: datetime) -> dict[str, dict[int, int]]:
        opened, since = bucket_of(self.session.opened_at), bucket_of(until - STRIP)

        def strip(seat: Seat) -> dict[int, int]:
            own = found.get(seat.consent_id, {}) if seat.shares_own_line else {}
            recent = {bucket: spent for bucket, spent in accounts[seat.id].items() if bucket >= since}
            steps = coverage.told_of(seat, recent).items()
            codes = {bucket - opened: _code(own.get(bucket), spent) for bucket, spent in steps}
            return {step: code for step, code in codes.items() if code is not None}

        return {str(seat.id): strip(seat) for seat in self.seats}

    def _now(self, found: Cells, accounts: dict, until: datetime, *, has_ended: bool) -> dict:
        last, latest = {consent: own[max(own)].last for consent, own in found.items()}, {}
        in_class = [] if has_ended else self.seats
        if self.session.teacher_sees_readings and in_class:
            latest = read_since(self.session.pk, until - STEP)
            self._renew_baselines(until)
        point = class_now(in_class, latest, until).point(0)
        mean = point.get("mean")
        students = {}
        for seat in self.seats:
            own = latest.get(seat.consent_id)
            status = self._status(seat, own, last.get(seat.consent_id, 0.0))
            students[str(seat.id)] = {
                **self._student(seat, status, accounts),
                **self._own_values(seat, status, own),
            }
        return {
            "now": {**point, "band": None if mean is None else engagement.band(mean)},
            "newest": round(max(last.values()) * 1000) if latest and last else None,
            "students": students,
        }

    def _student(self, seat: Seat, status: str, accounts: dict) -> dict:
        """What every student's place says, whatever they share."""
        student = {
            "name": seat.name,
            "level": seat.level,
            "here": seat.is_here,
            "since": int(seat.since * 1000),
            "joined": int(seat.joined * 1000),
            "status": status,
        }
        if self.session.teacher_sees_readings:
            student["coverage"] = None if seat.is_class_only else self._coverage(seat, accounts)
        return student

    def _coverage(self, seat: Seat, accounts: dict) -> float | None:
        spent = self.settled.get(seat.id, Counter()) + coverage.total(accounts[seat.id])
        return _rounded(coverage.share_measured(spent))

    def _own_values(self, seat: Seat, status: str, own: Recent | None) -> dict:
        """Nothing at all, unless the student shares their own line."""
        if not (seat.shares_own_line and self.session.teacher_sees_readings):
            return {}
        is_measured = status == coverage.MEASURED
        return {
            "expression": own.expression if is_measured else None,
            "score": _rounded(own.score) if is_measured else None,
            "baseline": _rounded(self.baselines.get(seat.id)),
        }

    def _status(self, seat: Seat, own: Recent | None, last: float) -> str:
        if seat.state != Presence.State.MEASURING:
            return str(seat.state)
        if seat.is_class_only or not self.session.teacher_sees_readings:
            return coverage.CAMERA_ON
        if own is None or last < seat.since:
            return coverage.NO_FRAME
        return coverage.MEASURED if own.face == "seen" else own.face

    def _renew_baselines(self, now: datetime) -> None:
        if self.baselines_at is None or now - self.baselines_at >= BASELINES_EVERY:
            sharing = [seat for seat in self.seats if seat.shares_own_line]
            self.baselines, self.baselines_at = baselines(sharing), now

    def _settle(self, accounts: dict, until: datetime) -> None:
        """Adds up what cannot change any more, so that it is never read again."""
        settled_until = max(self.settled_until, bucket_of(until - SETTLED_AFTER))
        for id_, spent in accounts.items():
            done = {bucket: seconds for bucket, seconds in spent.items() if bucket < settled_until}
            self.settled.setdefault(id_, Counter()).update(coverage.total(done))
        self.settled_until = settled_until


def _code(cell: Cell | None, seconds: coverage.Seconds) -> int | None:
    """A score in percent, or -1 minus the place in CODES of the reason why there is none.

    None while nothing is known of a step but that the last reading of the one before still stands.
    """
    if cell and cell.score is not None:
        return round(cell.score * 100)
    gap = coverage.main_gap(seconds)
    return None if gap is None else _CODE[gap]


def difference(told: dict, view: dict) -> dict:
    """The parts of a view that are new; of points, cells and students only the changed ones."""
    changed = _changed({**told, "points": 0, "cells": 0, "students": 0}, view)
    changed["points"] = _changed(told["points"], view["points"])
    changed["cells"] = _changed_inside(told["cells"], view["cells"])
    changed["students"] = _changed_inside(told["students"], view["students"])
    changed["gone"] = [id_ for id_ in told["students"] if id_ not in view["students"]]
    for part in ("points", "cells", "students", "gone"):
        if not changed[part]:
            del changed[part]
    return changed


def _changed(told: dict, view: dict) -> dict:
    return {key: value for key, value in view.items() if key not in told or told[key] != value}


def _changed_inside(told: dict, view: dict) -> dict:
    return {key: new for key, value in view.items() if (new := _changed(told.get(key, {}), value))}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)
