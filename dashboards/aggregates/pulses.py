"""What students say themselves: counts without names.

A pulse is a button pressed to be heard by the teacher, so no smallest group holds it back; in a class of two
the teacher can guess who it was, and the student's page says so beside the button.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classroom.models import ClassSession, Pulse
from dashboards.times import to_datetime

RECENT_SECONDS = settings.PULSE_LASTS.total_seconds()

# A third of the class asks for the same, and at least two students: one voice is seen in the counts.
SHARE_TO_SUGGEST = 1 / 3
FEWEST_TO_SUGGEST = 2

NO_LONGER_LOST = "no_longer_lost"
OPINIONS = {
    ("pace", -1): "too_slow",
    ("pace", 0): "pace_right",
    ("pace", 1): "too_fast",
    ("difficulty", -1): "too_easy",
    ("difficulty", 0): "difficulty_right",
    ("difficulty", 1): "too_hard",
    ("lost", None): "lost",
    ("lost", 0): NO_LONGER_LOST,
    ("wrong_reading", None): "wrong_reading",
}


class Suggestion(TypedDict):
    code: str
    text: str
    reason: str


def pulses_since(session: ClassSession, since: float) -> list[Pulse]:
    pulses = Pulse.objects.filter(participant__session=session, at__gte=to_datetime(since))
    return list(pulses.order_by("at", "pk"))


def count_opinions(pulses: Iterable[Pulse]) -> Counter[str]:
    """How many students say each thing: of each student only the newest pulse of a kind counts."""
    newest = {(pulse.participant_id, pulse.kind): OPINIONS[pulse.kind, pulse.value] for pulse in pulses}
    return Counter(opinion for opinion in newest.values() if opinion != NO_LONGER_LOST)


def not_acknowledged(pulses: Iterable[Pulse], acknowledged_at: float | None) -> list[Pulse]:
    """Leave out who was lost before the teacher last said "Got it"."""
    return [
        pulse
        for pulse in pulses
        if acknowledged_at is None or pulse.kind != Pulse.Kind.LOST or pulse.at.timestamp() > acknowledged_at
    ]


def suggestion(said: Counter[str], present: int) -> Suggestion | None:
    """At most one, from the students' own pulses: what most of them ask for."""
    enough = max(FEWEST_TO_SUGGEST, present * SHARE_TO_SUGGEST)
    wishes = [
        (said[opinion], opinion) for opinion in ("lost", "too_fast", "too_hard", "too_slow", "too_easy")
    ]
    count, opinion = max(wishes, key=lambda wish: wish[0])
    if count < enough:
        return None
    return {"code": opinion, "text": _advice(opinion), "reason": _reason(opinion, count, present)}


def _advice(opinion: str) -> str:
    return {
        "lost": _("Stop and ask what the last clear point was."),
        "too_fast": _("Slow down for the next few minutes."),
        "too_hard": _("Show one more example."),
        "too_slow": _("Move on a little faster."),
        "too_easy": _("Ask a harder question."),
    }[opinion]


def _reason(opinion: str, count: int, present: int) -> str:
    said = {
        "lost": _("“I'm lost”"),
        "too_fast": _("“too fast”"),
        "too_hard": _("“too hard”"),
        "too_slow": _("“too slow”"),
        "too_easy": _("“too easy”"),
    }[opinion]
    return ngettext(
        "%(count)d of %(present)d student in class said %(said)s in the last %(minutes)d minutes.",
        "%(count)d of %(present)d students in class said %(said)s in the last %(minutes)d minutes.",
        present,
    ) % {"count": count, "present": present, "said": said, "minutes": int(RECENT_SECONDS) // 60}
