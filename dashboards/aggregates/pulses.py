"""What students say themselves: counts without names.

A pulse is a button pressed to be heard by the teacher, so no smallest group holds it back; in a class of two
the teacher can guess who it was, and the student's page says so beside the button.
"""

from collections import Counter
from collections.abc import Iterable

from django.conf import settings

from classroom.models import ClassSession, Pulse
from dashboards.times import to_datetime

RECENT_SECONDS = settings.PULSE_LASTS.total_seconds()

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
