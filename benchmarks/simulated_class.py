"""The messages that the live page gets of a class in which somebody says or shows something all the time."""

import random
import time
from dataclasses import dataclass, field
from typing import Any

STEP_MS = 10_000
# What a strip shows.
STRIP_STEPS = 120
# Minutes of the class that are on the page when it opens.
PAST_MINUTES = 45
# Seconds in which everybody answers; then the next question is asked.
ANSWERED_IN = 5


@dataclass
class SimulatedClass:
    """Times go on by `tick`, so that an hour can pass in a minute."""

    students: int
    has_cameras: bool
    hands: int = 5
    answers: bool = False
    number: int = 0
    now: int = field(default_factory=lambda: round(time.time() * 1000))

    def __post_init__(self) -> None:
        self.opened = self.now - PAST_MINUTES * 60_000
        self.ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(self.students)]
        self.hands_up = [(one, self.now - 5000) for one in self.ids[: self.hands]]
        self.asked_at = self.now
        self.usual = {one: random.uniform(0.3, 0.9) for one in self.ids}
        self.scores = dict(self.usual)

    def tick(self, seconds: float) -> None:
        self.now += round(1000 * seconds)
        if self.hands and random.random() < seconds / 2:
            # Every two seconds a hand goes down and another one goes up.
            up = {one for one, _ in self.hands_up}
            self.hands_up = [*self.hands_up[1:], (next(one for one in self.ids if one not in up), self.now)]
        if self.now - self.asked_at > 1000 * ANSWERED_IN:
            self.asked_at = self.now

    def snapshot(self) -> dict[str, Any]:
        steps = range(self.opened // STEP_MS * STEP_MS, self.now, STEP_MS)
        last = (self.now - self.opened) // STEP_MS
        cells = {str(step): self._cell() for step in range(last - STRIP_STEPS, last)}
        return {
            "type": "snapshot",
            "step": 10,
            "strip_seconds": 1200,
            "opened_at": self.opened,
            "started_at": self.opened,
            "closed_at": None,
            "door": {"code": "ACEH3K", "locked": False},
            "first_step": self.opened // STEP_MS * STEP_MS,
            "sees_readings": self.has_cameras,
            "reasons": {
                "present": "In class",
                "offline": "Connection lost",
                "none": "No face in the picture",
            },
            "points": {str(at): self._point() for at in steps} if self.has_cameras else {},
            "cells": {one: dict(cells) for one in self.ids},
            "students": {one: self._student(number) for number, one in enumerate(self.ids)},
            "history": {str(at): self._counts() for at in steps},
            "questions": self._questions(),
            "markers": [],
            "formulas": [],
            "cameras_paused": False,
            "suggestion": None,
            "activities": self._activities(),
            **self._facts(),
        }

    def change(self, changed: int) -> dict[str, Any]:
        step = self.now // STEP_MS * STEP_MS
        some = random.sample(self.ids, changed)
        here = str((self.now - self.opened) // STEP_MS)
        return {
            "type": "change",
            **({"points": {str(step): self._point()}} if self.has_cameras else {}),
            **({"questions": self._questions()} if self.answers else {}),
            "history": {str(step): self._counts()},
            "students": {one: self._status(one) for one in some},
            "cells": {one: {here: self._cell()} for one in some},
            "activities": self._activities(),
            **self._facts(),
        }

    def _facts(self) -> dict[str, Any]:
        self.number += 1
        mean = round(random.uniform(0.55, 0.7), 2)
        return {
            "number": self.number,
            "server_time": self.now,
            "newest": self.now,
            "present": self.students,
            "said": {"lost": random.randint(0, 30), "too_fast": random.randint(0, 20)},
            "now": {**self._point(), "band": "high"},
            "trend": {**self._edges(mean), "usual": 0.6, "direction": "steady", "since": None},
        }

    def _activities(self) -> dict[str, Any]:
        return {
            "revision": self.number,
            "question": self._question() if self.answers else None,
            "timer": None,
            "hands": [{"participant": one, "since": since} for one, since in self.hands_up],
            "asked": [],
            "pick": None,
            "groups": None,
            "seen_lost": None,
            "settings": {"hands": True, "questions": "anonymous", "moderated": False},
        }

    def _answered(self) -> int:
        return min(self.students, round(self.students * (self.now - self.asked_at) / 1000 / ANSWERED_IN))

    def _question(self) -> dict[str, Any]:
        """A question with names, which is the most to draw."""
        answered = self._answered()
        chosen = [[number % 3] for number in range(answered)]
        return {
            "id": f"question-{self.asked_at}",
            "kind": "choice",
            "text": "Clear?",
            "options": ["Yes", "Partly", "No"],
            "several": False,
            "anonymous": False,
            "role": "",
            "open": True,
            "live": False,
            "opened_at": self.asked_at,
            "closes_at": None,
            "right": None,
            "right_is_shown": False,
            "result": {"count": answered, "counts": [chosen.count([place]) for place in range(3)]},
            "answered": answered,
            "asked": self.students,
            "waiting": self.ids[answered:],
            "hidden_words": [],
            "texts": [],
            "words": [],
            "answers": [
                {"participant": one, "chosen": own, "value": None, "text": ""}
                for one, own in zip(self.ids, chosen, strict=False)
            ],
        }

    def _questions(self) -> list[dict[str, Any]]:
        if not self.answers:
            return []
        asked = {"at": self.asked_at, "closed": None, "text": "Clear?", "asked": self.students}
        return [{"id": f"question-{self.asked_at}", "answered": self._answered(), **asked}]

    def _student(self, number: int) -> dict[str, Any]:
        facts = {"here": True, "since": self.opened, "joined": self.opened, "level": "own_line"}
        one = self.ids[number]
        return {
            "name": f"Student {number + 1}",
            **facts,
            "coverage": 0.9,
            "baseline": 0.6,
            **self._status(one),
        }

    def _status(self, one: str) -> dict[str, Any]:
        if not self.has_cameras:
            return {"status": random.choice(["present", "offline"])}
        # Each student stays about as they are, so that an hour later the page shows as much as before.
        before, usual = self.scores[one], self.usual[one]
        score = min(1.0, max(0.0, before + 0.1 * (usual - before) + random.gauss(0, 0.03)))
        self.scores[one] = score
        direction = "down" if score < 0.4 else "up" if score > 0.9 else "steady"
        since = self.opened if direction != "steady" else None
        change = {"direction": direction, "since": since}
        return {"status": "measured", "expression": "neutral", "score": round(score, 2), "change": change}

    def _cell(self) -> list[Any] | str:
        return [random.randint(20, 90), "middle"] if self.has_cameras else "present"

    def _counts(self) -> list[int]:
        return [self.students, *(random.randint(0, 30) for _ in range(6))]

    def _point(self) -> dict[str, Any]:
        mix = [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
        mean = round(random.uniform(0.55, 0.7), 2)
        counts = {"measured": self.students, "counted": self.students, "coverage": 0.9}
        return {**self._edges(mean), **counts, "mix": mix}

    @staticmethod
    def _edges(mean: float) -> dict[str, float]:
        return {"mean": mean, "low": mean - 0.04, "high": mean + 0.04}
