"""What a teacher might do now: from a change that lasts, against what is usual in this class.

The students' own words come before the camera, and where the two disagree the suggestion says so.
"""

from collections.abc import Iterator, Mapping
from typing import TypedDict

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emotion.buckets import STEP_SECONDS

from .class_history import ClassHistory
from .trend import Trend

MINUTE_STEPS = 60 // STEP_SECONDS
# What is said for half a minute is no slip of a finger.
LASTING_STEPS = MINUTE_STEPS // 2
# The usual is what was before the last three minutes, once there are five.
RECENT_STEPS, USUAL_STEPS = 3 * MINUTE_STEPS, 5 * MINUTE_STEPS
# A third of the class more than usual, and at least two students: one voice is seen in the counts.
SHARE_TO_SUGGEST = 1 / 3
FEWEST_TO_SUGGEST = 2
# A number that is down for less may come back by itself.
DOWN_FOR_MS = 2 * 60 * 1000

BELOW_USUAL = "below_usual"
WORDS = ("lost", "too_fast", "too_hard", "too_slow", "too_easy")
# Every suggestion that a teacher can snooze.
CODES = (*WORDS, BELOW_USUAL)


class Suggestion(TypedDict):
    code: str
    # What changed, what could be done, and why this is said.
    text: str
    move: str
    reason: str
    # Where words and camera say different things; empty where they do not.
    disagrees: str


def suggestions(
    history: ClassHistory, said: Mapping[str, int], present: int, trend: Trend | None, now_ms: int
) -> list[Suggestion]:
    """Return what may be suggested, the most wanted first. `said` and `present` are of this moment."""
    found = sorted(_from_words(history, said, present, trend), key=lambda one: -one[0])
    return [one for _wanted, one in found] + list(_from_camera(said, trend, now_ms))


def _from_words(
    history: ClassHistory, said: Mapping[str, int], present: int, trend: Trend | None
) -> Iterator[tuple[int, Suggestion]]:
    enough = max(FEWEST_TO_SUGGEST, present * SHARE_TO_SUGGEST)
    for opinion in WORDS:
        counts, count = history.counts[opinion], said.get(opinion, 0)
        lasting = int(counts[-LASTING_STEPS:].min()) if len(counts) >= LASTING_STEPS else 0
        if min(lasting, count) - _usual(counts) >= enough:
            yield count, _suggestion(opinion, count, present, counts, trend)


def _usual(counts: np.ndarray) -> float:
    before = counts[:-RECENT_STEPS]
    return float(np.median(before)) if len(before) >= USUAL_STEPS - RECENT_STEPS else 0.0


def _suggestion(
    opinion: str, count: int, present: int, counts: np.ndarray, trend: Trend | None
) -> Suggestion:
    camera_is_calm = opinion in ("lost", "too_fast", "too_hard") and trend is not None
    calm = trend is not None and trend["direction"] in ("steady", "up")
    return {
        "code": opinion,
        "text": _text(opinion, count, present),
        "move": _move(opinion),
        "reason": _reason(counts),
        "disagrees": _("The camera shows no change. Trust the words.") if camera_is_calm and calm else "",
    }


def _text(opinion: str, count: int, present: int) -> str:
    texts = {
        "lost": ngettext("%(count)d of %(present)d is lost", "%(count)d of %(present)d are lost", count),
        "too_fast": _("%(count)d of %(present)d: too fast"),
        "too_hard": _("%(count)d of %(present)d: too hard"),
        "too_slow": _("%(count)d of %(present)d: too slow"),
        "too_easy": _("%(count)d of %(present)d: too easy"),
    }
    return texts[opinion] % {"count": count, "present": present}


def _move(opinion: str) -> str:
    return {
        "lost": _("Stop and ask what the last clear point was."),
        "too_fast": _("Slow down for the next few minutes."),
        "too_hard": _("Show one more example."),
        "too_slow": _("Move on a little faster."),
        "too_easy": _("Ask a harder question."),
        BELOW_USUAL: _("Ask a quick question, or take a short break."),
    }[opinion]


def _reason(counts: np.ndarray) -> str:
    if len(counts) < RECENT_STEPS:
        return _("Said for half a minute or longer.")
    before = int(counts[-RECENT_STEPS])
    usual = _usual(counts)
    values = {"before": before, "usual": round(usual)}
    if usual >= 1:
        return _("Three minutes ago: %(before)d. Usual in this class: %(usual)d.") % values
    return _("Three minutes ago: %(before)d.") % values


def _from_camera(said: Mapping[str, int], trend: Trend | None, now_ms: int) -> Iterator[Suggestion]:
    if not trend or trend["direction"] != "down" or trend["since"] is None or trend["usual"] is None:
        return
    if now_ms - trend["since"] < DOWN_FOR_MS:
        return
    nobody_says_so = not any(said.get(opinion) for opinion in WORDS)
    values = {"mean": round(100 * trend["mean"]), "usual": round(100 * trend["usual"])}
    yield {
        "code": BELOW_USUAL,
        "text": _("Class average below its usual"),
        "move": _move(BELOW_USUAL),
        "reason": _("%(mean)d%% in the last minute. Usual in this class: %(usual)d%%.") % values,
        "disagrees": _("No student says so. Ask before you change anything.") if nobody_says_so else "",
    }
