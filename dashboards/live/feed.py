"""What one teacher's page has been sent, and what it is sent next.

Synchronous and without sockets: the consumer runs it beside the event loop. It keeps the last view that was
sent, so that a change holds what changed and nothing else.
"""

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.contrib.auth.models import User

from activities.models import Question
from dashboards.aggregates import coverage, published
from dashboards.aggregates.class_line import Numbers, Point
from dashboards.aggregates.class_means import line_now
from dashboards.aggregates.own_cells import NOTHING, OwnCells
from dashboards.aggregates.own_changes import OwnChange, OwnChanges
from dashboards.aggregates.pulses import RECENT_SECONDS, count_opinions, not_acknowledged
from dashboards.aggregates.roster import GONE, RosterEntry, is_filming
from dashboards.aggregates.small_groups import MARGIN, smallest_group
from dashboards.aggregates.suggestions import Suggestion, suggestions
from dashboards.aggregates.time_table import BY_COLUMN, NO_GAP, TimeUse, main_gaps, mostly_measured
from dashboards.aggregates.trend import Trend, trend
from dashboards.times import to_milliseconds
from emotion.buckets import STEP_SECONDS, bucket_of
from emotion.vision import engagement
from emotion.vision.states import FaceState

from . import wire
from .live_session import Hints, LiveSession

# A strip shows the last part of the class, the report shows all of it.
STRIP_SECONDS = 20 * 60


class LiveFeed:
    live: LiveSession
    sent: wire.View
    # The class line so far, by time, and the step after which its trend was read last.
    _line: dict[int, Point]
    _trend_at: int | None
    _trend: Trend | None
    _own_changes: OwnChanges

    def __init__(self, teacher: User, session_id: uuid.UUID) -> None:
        self.teacher, self.session_id = teacher, session_id

    def snapshot(self, now: datetime) -> wire.Message:
        self.live = LiveSession(self.teacher, self.session_id, now.timestamp())
        self._line, self._trend_at = {}, None
        self._own_changes = OwnChanges()
        self.sent = self._view(now, self.live.roster, known={})
        return {"type": "snapshot", "server_time": _ms(now), **self._constants(), **self.sent}

    def change(self, now: datetime, hints: Hints) -> wire.Message:
        """What the page does not know yet: everything again where somebody took back what they had shared,
        the mode's approval has ended, or somebody or the class turns out to be gone for long.
        """
        live = self.live
        decided, before = live.decisions(), live.timeline
        news = live.look(now.timestamp(), hints)
        took_back = not decided <= live.decisions()
        is_other_mode = live.timeline.shows_readings != before.shows_readings
        if news is None or is_other_mode or took_back or live.timeline.until < before.until:
            return self.snapshot(now)
        sent, self.sent = self.sent, self._view(now, news, known=self.sent["students"])
        return {"type": "change", "server_time": _ms(now), **wire.difference(sent, self.sent)}

    def _constants(self) -> wire.Constants:
        opened_at = self.live.session.opened_at
        return {
            "step": STEP_SECONDS,
            "strip_seconds": STRIP_SECONDS,
            "reasons": {reason: str(label) for reason, label in coverage.REASONS.items()},
            "opened_at": _ms(opened_at),
            "first_step": bucket_of(opened_at) * STEP_SECONDS * 1000,
            "sees_readings": self.live.timeline.shows_readings,
        }

    def _view(
        self, now: datetime, news: Sequence[RosterEntry], known: Mapping[str, wire.Student]
    ) -> wire.View:
        """All that can be said of the class and of the students with news; of the others, what is known."""
        live, events = self.live, self.live.events
        started_at, closed_at = live.session.started_at, live.session.closed_at
        here = {entry.id for entry in live.roster if live.is_here(entry)}
        since = live.timeline.until - RECENT_SECONDS
        seen_lost = events.activities["seen_lost"]
        acknowledged_at = seen_lost and seen_lost["at"] / 1000
        recent = [
            pulse
            for pulse in not_acknowledged(events.pulses, acknowledged_at)
            if pulse.at.timestamp() >= since
        ]
        # A student who is gone says nothing any more.
        said = count_opinions(pulse for pulse in recent if pulse.participant_id in here)
        points = self._points()
        self._read_trend(points)
        return {
            "started_at": None if started_at is None else _ms(started_at),
            "closed_at": None if closed_at is None else _ms(closed_at),
            "door": {"code": live.session.join_code, "locked": live.session.is_locked},
            "cameras_paused": live.session.measuring_paused_at is not None,
            "present": len(here),
            "said": dict(said),
            "history": live.history().by_time(),
            "questions": [self._question(question, len(here)) for question in events.questions],
            "suggestion": self._suggestion(now, said, len(here)),
            "markers": [
                {"id": marker.pk, "at": _ms(marker.at), "label": marker.label} for marker in events.markers
            ],
            "activities": events.activities,
            "points": points,
            "now": self._now(),
            "trend": self._trend,
            "formulas": self._formulas(),
            "newest": self._newest(),
            "cells": self._cells(news),
            "students": self._students(news, known),
        }

    def _points(self) -> dict[int, Point]:
        timeline = self.live.timeline
        if not timeline.shows_readings:
            return {}
        points = enumerate(timeline.points(), start=timeline.first)
        return {point["at"]: point for bucket, point in points if not timeline.is_unpublished(bucket)}

    def _read_trend(self, points: Mapping[int, Point]) -> None:
        """Read the trend once after each finished step, from points of one version of the formula."""
        self._line.update(points)
        timeline = self.live.timeline
        if self._trend_at == timeline.first_unpublished:
            return
        self._trend_at = timeline.first_unpublished
        formulas = self._formulas()
        since = formulas[-1]["at"] if formulas else 0
        line = [point for at, point in self._line.items() if at >= since]
        self._trend = None if timeline.has_ended else trend(line, self._trend_at * STEP_SECONDS)

    def _suggestion(self, now: datetime, said: Mapping[str, int], present: int) -> Suggestion | None:
        """Return the first suggestion that this teacher has not hidden."""
        live = self.live
        if live.timeline.has_ended:
            return None
        replies = live.events.hidden_suggestions
        hidden = {code for code, until in replies.items() if until is None or now < until}
        found = suggestions(live.history(), said, present, self._trend, _ms(now))
        return next((one for one in found if one["code"] not in hidden), None)

    def _question(self, question: Question, present: int) -> wire.AskedQuestion:
        is_counted = question.is_anonymous and not question.is_open
        answered = question.answered if is_counted else self.live.events.answered.get(question.pk, 0)
        return {
            "id": str(question.pk),
            "at": _ms(question.opened_at),
            "closed": _ms(question.closed_at) if question.closed_at else None,
            "text": question.text,
            "answered": answered,
            "asked": max(answered, present if question.present is None else question.present),
        }

    def _now(self) -> wire.Now:
        """Return the class's numbers of this moment, from those whose status says that they are measured."""
        live = self.live
        filmed = [] if live.timeline.has_ended else live.filmed
        numbers = self._last_blurred(filmed) or self._numbers_now(filmed)
        mean = numbers.get("mean")
        return {**numbers, "band": None if mean is None else engagement.band(mean)}

    def _numbers_now(self, filmed: Sequence[RosterEntry]) -> Numbers:
        found = {entry.id: self.live.measured_now(entry) for entry in filmed}
        measured = {id_: newest for id_, newest in found.items() if newest}
        return line_now(filmed, measured, self.live.timeline.until).numbers(0)

    def _last_blurred(self, filmed: Sequence[RosterEntry]) -> Numbers | None:
        """The newest published step, if it contains class-only students.

        Its counts are no larger than the number of students with a camera on now.
        """
        live = self.live
        class_only = [entry for entry in filmed if entry.is_class_only]
        step = live.timeline.published.get(live.timeline.first_unpublished - 1)
        if step is None or not class_only or len(class_only) < smallest_group(class_only) + MARGIN:
            return None
        numbers = published.numbers_of(step, live.timeline.now)
        if not numbers.get("blurred"):
            return None
        lines = [entry for entry in filmed if entry.shares_own_line and live.measured_now(entry)]
        count = len(lines) + min(step.group, len(class_only))
        return {**numbers, "measured": count, "counted": count}

    def _formulas(self) -> list[wire.FormulaBegin]:
        """Return each version that made the class line, and since when, if there is more than one."""
        since = self.live.versions_since()
        if len(since) < 2:
            return []
        return [{"version": version, "at": bucket * STEP_SECONDS * 1000} for version, bucket in since]

    def _newest(self) -> int | None:
        taken_at = self.live.newest_picture()
        return None if taken_at is None else to_milliseconds(taken_at)

    def _cells(self, news: Iterable[RosterEntry]) -> dict[str, dict[int, wire.Cell]]:
        strips = {entry.id: self._strip(entry) for entry in news}
        return {
            str(entry.id): strips[entry.id] if entry.id in strips else self.sent["cells"][str(entry.id)]
            for entry in self.live.roster
        }

    def _strip(self, entry: RosterEntry) -> dict[int, wire.Cell]:
        """Return what each recent step of a student says, also one that turned out to be no time in class."""
        timeline = self.live.timeline
        opened, since = bucket_of(timeline.session.opened_at), bucket_of(timeline.until - STRIP_SECONDS)
        own = timeline.cells_of(entry) if entry.shares_own_line else NOTHING
        recent = timeline.time_uses[entry.id].since(max(since, timeline.first))
        cells = _cells(recent.published(entry), own, opened)
        for begin, end in entry.absences(timeline.until):
            for bucket in range(max(bucket_of(begin), since, timeline.first), bucket_of(end) + 1):
                cells.setdefault(bucket - opened, GONE)
        return cells

    def _students(
        self, news: Iterable[RosterEntry], known: Mapping[str, wire.Student]
    ) -> dict[str, wire.Student]:
        """Return all students, anew those with news and those whose status changed because time went by."""
        ids = {entry.id for entry in news}
        students: dict[str, wire.Student] = {}
        for entry in self.live.roster:
            status, student = self._status(entry), known.get(str(entry.id))
            if student is None or entry.id in ids or student["status"] != status:
                student = self._student(entry, status)
            students[str(entry.id)] = student
        return students

    def _student(self, entry: RosterEntry, status: str) -> wire.Student:
        live = self.live
        student: wire.Student = {
            "name": entry.name,
            "level": entry.level,
            "here": live.is_here(entry),
            "since": to_milliseconds(live.states[entry.id].since),
            "joined": to_milliseconds(entry.joined),
            "status": status,
        }
        if not live.timeline.shows_readings:
            return student
        student["coverage"] = None if entry.is_class_only else self._coverage(entry)
        if entry.shares_own_line:
            newest = live.measured_now(entry)
            student["expression"] = newest.expression if newest else None
            student["score"] = _rounded(newest.score if newest else None)
            usual = live.baselines.get(entry.id)
            student["baseline"] = _rounded(usual)
            student["change"] = self._change(entry, usual)
        return student

    def _change(self, entry: RosterEntry, usual: float | None) -> OwnChange | None:
        timeline = self.live.timeline
        cells, until = timeline.cells_of(entry), bucket_of(timeline.until)
        return self._own_changes.follow(entry.id, cells, usual, until=until)

    def _coverage(self, entry: RosterEntry) -> float | None:
        seconds = self.live.timeline.time_uses[entry.id].total()
        coverage.add(seconds, self.live.settled.get(entry.id, {}))
        return _rounded(coverage.share_measured(seconds))

    def _status(self, entry: RosterEntry) -> str:
        state = self.live.states[entry.id].state
        if not is_filming(state):
            return str(state)
        if entry.is_class_only or not self.live.timeline.shows_readings:
            return coverage.CAMERA_ON
        newest = self.live.newest_of(entry)
        if newest is None:
            return coverage.NO_FRAME
        if newest.score is not None:
            return coverage.MEASURED
        return str(FaceState.UNSURE) if newest.face == FaceState.SEEN else newest.face


def _cells(used: TimeUse, own: OwnCells, opened: int) -> dict[int, wire.Cell]:
    """Return what each step says, by its place since the bucket `opened`. A step is left out while nothing
    is known of it but that the last reading of the step before still stands."""
    buckets, seconds = used.known()
    scores = np.where(mostly_measured(seconds), own.scores_at(buckets), np.nan)
    said = zip((buckets - opened).tolist(), scores.tolist(), main_gaps(seconds).tolist(), strict=True)
    return {
        step: BY_COLUMN[gap] if math.isnan(score) else (round(score * 100), engagement.band(score))
        for step, score, gap in said
        if not math.isnan(score) or gap != NO_GAP
    }


def _ms(moment: datetime) -> int:
    return to_milliseconds(moment.timestamp())


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)
