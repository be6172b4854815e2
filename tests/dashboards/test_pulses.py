"""What students say: one voice each."""

from classroom.models import Pulse
from dashboards.aggregates.pulses import count_opinions


def said(participant: int, kind: str, value: int | None = None) -> Pulse:
    return Pulse(participant_id=participant, kind=kind, value=value)


def test_the_newest_pulse_of_a_kind_counts_for_each_student():
    pulses = [said(1, "pace", 1), said(2, "pace", 1), said(1, "pace", 0), said(1, "lost"), said(1, "lost")]
    assert count_opinions(pulses) == {"pace_right": 1, "too_fast": 1, "lost": 1}
