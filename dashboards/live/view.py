"""What one teacher's page has been told, and what it must hear next.

Synchronous and without sockets: the consumer runs it beside the event loop. It keeps the last words sent, so
that a change holds what changed and nothing else.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from operator import itemgetter

from django.contrib.auth.models import AbstractBaseUser

from classroom.models import Marker, Presence
from dashboards.aggregates import coverage, pulses, told
from dashboards.aggregates.lines import ClassLine
from dashboards.aggregates.seats import GONE, Seat
from dashboards.aggregates.small_groups import MARGIN, consents_to_tell, smallest_group
from dashboards.aggregates.summaries import class_line, class_spent, lines_now
from dashboards.aggregates.versions import versions
from emotion.buckets import STEP_SECONDS, Cell, bucket_of
from emotion.models import PublishedBucket
from emotion.vision import engagement
from emotion.vision.states import FaceState

from .watch import News, Watch

STRIP = timedelta(minutes=20)  # a strip shows the last part of the class, the report shows all of it

# A cell of a strip: a score in percent plus 1000 x its place in BANDS, or -1 minus a reason's place in CODES.
BANDS = ["low", "middle", "high"]
CODES = list(coverage.REASONS)
_CODE = {code: -1 - place for place, code in enumerate(CODES)}


class LiveView:
    def __init__(self, teacher: AbstractBaseUser, session_id: uuid.UUID):
        self.watch = Watch(teacher, session_id)
        self.told: dict = {}
        # Of buckets in which somebody only counts in the class.
        self.frozen: dict[int, PublishedBucket] = {}

    def snapshot(self, now: datetime) -> dict:
        self.watch.begin(now)
        self.frozen = told.frozen_steps(self.watch.session)
        self.told = self._view(self.watch.seats)
        return {"type": "snapshot", "server_time": _ms(now), **self._fixed(), **self.told}

    def change(self, now: datetime, news: News) -> dict:
        """What the page does not know yet: everything again where somebody took back what they had shared,
        the mode's approval has ended, or somebody or the class turns out to be gone for long.
        """
        decided, until = self.watch.decisions(), self.watch.until
        saw_readings = self.watch.sees_readings
        seats = self.watch.look(now, news)
        is_other_mode = self.watch.sees_readings != saw_readings
        took_back = not decided <= self.watch.decisions()
        if seats is None or is_other_mode or took_back or self.watch.until < until:
            return self.snapshot(now)
        before, self.told = self.told, self._view(seats)
        return {"type": "change", "server_time": _ms(now), **difference(before, self.told)}

    def _fixed(self) -> dict:
        session = self.watch.session
        return {
            "step": STEP_SECONDS,
            "strip_seconds": int(STRIP.total_seconds()),
            "bands": BANDS,
            "codes": [[code, str(coverage.REASONS[code])] for code in CODES],
            "opened_at": _ms(session.opened_at),
            "first_step": bucket_of(session.opened_at) * STEP_SECONDS * 1000,
            "sees_readings": self.watch.sees_readings,
        }

    def _view(self, seats: Collection[Seat]) -> dict:
        """All that can be said of the class and of these seats; of the others, what was said last."""
        watch = self.watch
        here = {seat.id for seat in watch.seats if watch.is_here(seat)}
        seated = {seat.id for seat in watch.seats}  # the words of who erased themselves are gone with them
        since = watch.until - pulses.RECENT
        recent = [pulse for pulse in watch.pulses if pulse.at >= since and pulse.participant_id in seated]
        said_here = pulses.voices(pulse for pulse in recent if pulse.participant_id in here)
        statuses = {seat.id: self._status(seat) for seat in watch.seats}
        students = {
            str(seat.id): self._student(seat, statuses[seat.id]) for seat in self._with_news(seats, statuses)
        }
        return {
            "closed_at": _ms(watch.session.closed_at),
            "door": {"code": watch.session.join_code, "locked": watch.session.is_locked},
            "present": len(here),
            "said": dict(pulses.voices(recent)),
            "suggestion": pulses.suggestion(said_here, len(here)),
            "markers": [_marker(marker) for marker in watch.markers],
            "points": self._points(),
            "now": self._now(),
            "formulas": self._formulas(),
            "newest": self._newest(),
            "cells": self._renewed("cells", {str(seat.id): self._strip(seat) for seat in seats}),
            "students": self._renewed("students", students),
        }

    def _with_news(self, seats: Collection[Seat], statuses: dict) -> list[Seat]:
        """These, and those of whom something else is true only because time went by."""
        known, ids = self.told.get("students", {}), {seat.id for seat in seats}
        return [
            seat
            for seat in self.watch.seats
            if seat.id in ids or known.get(str(seat.id), {}).get("status") != statuses[seat.id]
        ]

    def _newest(self) -> int | None:
        """When the newest picture was taken that is in these numbers."""
        watch = self.watch
        told = consents_to_tell(watch.filmed) & watch.latest.keys()
        return round(max(map(watch.taken_at, told)) * 1000) if told else None

    def _renewed(self, part: str, said: dict[str, dict]) -> dict[str, dict]:
        """Everybody's, in the order of their names."""
        ids = [str(seat.id) for seat in self.watch.seats]
        return {id_: said[id_] if id_ in said else self.told[part][id_] for id_ in ids}

    def _points(self) -> dict[int, dict]:
        watch = self.watch
        if not watch.sees_readings:
            return {}
        first = watch.first_open
        accounts = {seat.id: watch.open_account(seat) for seat in watch.seats}
        line = self._told_line(first, max(first, bucket_of(watch.until)), accounts)
        spent = class_spent(watch.seats, accounts, line)
        points, first_untold = {}, told.first_untold(watch.session, watch.now)
        for index, point in enumerate(line.points):
            if line.told_once[index] and first + index >= first_untold:
                continue
            measured = coverage.share_measured(spent.get(first + index, {}))
            points[point["at"]] = {**point, "coverage": _rounded(measured)}
        return points

    def _told_line(self, first: int, last: int, accounts: Mapping[uuid.UUID, coverage.Account]) -> ClassLine:
        """Steps that are over are told for good."""
        watch, session = self.watch, self.watch.session
        line = class_line(session.pk, watch.seats, watch.cells, first=first, last=last, accounts=accounts)
        before = told.first_untold(session, watch.now)
        if new := told.to_tell(line, before=before, but=self.frozen):
            told.freeze(session, told.steps_of(session, line, watch.seats, new, versions(watch.cells)))
            self.frozen |= told.frozen_steps(session, since=min(new))
        return told.as_told(line, self.frozen, watch.now)

    def _now(self) -> dict:
        """Of those whose camera is on, what is measured now, by the same measure as their own status."""
        watch = self.watch
        filmed = [] if watch.has_ended else watch.filmed
        point = self._last_blurred(filmed) or self._point_now(filmed)
        mean = point.get("mean")
        return {**point, "band": None if mean is None else engagement.band(mean)}

    def _point_now(self, filmed: Collection[Seat]) -> dict:
        measured = {seat.consent_id: own for seat in filmed if (own := self.watch.measured_now(seat))}
        return lines_now(filmed, measured, self.watch.until).point(0)

    def _last_blurred(self, filmed: Collection[Seat]) -> dict | None:
        """The newest step that is told, where some count in it who only count in the class, with no more
        people than have their camera on now."""
        watch = self.watch
        class_only = [seat for seat in filmed if seat.is_class_only]
        step = self.frozen.get(told.first_untold(watch.session, watch.now) - 1)
        if step is None or not class_only or len(class_only) < smallest_group(class_only) + MARGIN:
            return None
        point = told.point_of(step, watch.now)
        if not point.get("blurred"):
            return None
        lines = [seat for seat in filmed if seat.shares_own_line and watch.measured_now(seat)]
        count = len(lines) + min(step.group, len(class_only))
        return {**point, "measured": count, "counted": count}

    def _formulas(self) -> list[dict]:
        """Where more than one version made the class line: each, and since when."""
        first = dict(self.watch.versions_since)
        for bucket, step in self.frozen.items():
            if version := step.engagement_version:
                first[version] = min(bucket, first.get(version, bucket))
        since = sorted(first.items(), key=itemgetter(1))
        if len(since) < 2:
            return []
        return [{"version": version, "at": bucket * STEP_SECONDS * 1000} for version, bucket in since]

    def _strip(self, seat: Seat) -> dict[int, int]:
        """By step: what it says, also of one that turned out to be no time in class."""
        watch = self.watch
        opened, since = bucket_of(watch.session.opened_at), bucket_of(watch.until - STRIP)
        own = watch.cells.get(seat.consent_id, {}) if seat.shares_own_line else {}
        recent = {bucket: spent for bucket, spent in watch.open_account(seat).items() if bucket >= since}
        steps = coverage.told_of(seat, recent).items()
        codes = {bucket: _code(own.get(bucket), spent) for bucket, spent in steps}
        for begin, end in seat.gone(watch.until.timestamp()):
            for bucket in range(max(bucket_of(begin), since, watch.first_open), bucket_of(end) + 1):
                codes.setdefault(bucket, _CODE[GONE])
        return {bucket - opened: code for bucket, code in codes.items() if code is not None}

    def _student(self, seat: Seat, status: str) -> dict:
        student = {
            "name": seat.name,
            "level": seat.level,
            "here": self.watch.is_here(seat),
            "since": int(self.watch.state_of(seat)[0] * 1000),
            "joined": int(seat.joined * 1000),
            "status": status,
        }
        if self.watch.sees_readings:
            student["coverage"] = None if seat.is_class_only else self._coverage(seat)
        return {**student, **self._own_values(seat)}

    def _coverage(self, seat: Seat) -> float | None:
        spent = self.watch.settled.get(seat.id, Counter()) + coverage.total(self.watch.accounts[seat.id])
        return _rounded(coverage.share_measured(spent))

    def _own_values(self, seat: Seat) -> dict:
        """Nothing at all, unless the student shares their own line."""
        if not (seat.shares_own_line and self.watch.sees_readings):
            return {}
        own = self.watch.measured_now(seat)
        return {
            "expression": own and own.expression,
            "score": own and _rounded(own.score),
            "baseline": _rounded(self.watch.baselines.get(seat.id)),
        }

    def _status(self, seat: Seat) -> str:
        _since, state = self.watch.state_of(seat)
        if state != Presence.State.MEASURING:
            return str(state)
        if seat.is_class_only or not self.watch.sees_readings:
            return coverage.CAMERA_ON
        newest = self.watch.newest_of(seat)
        if newest is None:
            return coverage.NO_FRAME
        if newest.score is not None:
            return coverage.MEASURED
        return FaceState.UNSURE if newest.face == FaceState.SEEN else newest.face


def _code(cell: Cell | None, seconds: coverage.Seconds) -> int | None:
    """The score with its band, or the reason why there is none, as said at BANDS and CODES.

    None while nothing is known of a step but that the last reading of the one before still stands.
    """
    if cell and cell.score is not None and coverage.is_mostly_measured(seconds):
        return round(cell.score * 100) + 1000 * BANDS.index(engagement.band(cell.score))
    gap = coverage.main_gap(seconds)
    return None if gap is None else _CODE[gap]


def difference(before: dict, view: dict) -> dict:
    """The parts of a view that are new; of points, cells and students only the changed ones."""
    changed = _changed({**before, "points": 0, "cells": 0, "students": 0}, view)
    changed["points"] = _changed(before["points"], view["points"])
    changed["cells"] = _changed_inside(before["cells"], view["cells"])
    changed["students"] = _changed_inside(before["students"], view["students"])
    changed["gone"] = [id_ for id_ in before["students"] if id_ not in view["students"]]
    for part in ("points", "cells", "students", "gone"):
        if not changed[part]:
            del changed[part]
    return changed


def _changed(before: dict, view: dict) -> dict:
    return {key: value for key, value in view.items() if key not in before or before[key] != value}


def _changed_inside(before: dict, view: dict) -> dict:
    news = {key: value for key, value in view.items() if value is not before.get(key)}
    return {key: new for key, value in news.items() if (new := _changed(before.get(key, {}), value))}


def _marker(marker: Marker) -> dict:
    return {"id": marker.pk, "at": _ms(marker.at), "label": marker.label}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)
