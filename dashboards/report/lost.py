"""How many students were lost at each time: they said so, and neither they nor their teacher had ended it.

The live page counts them by the same rule (Acknowledgement.objects.count_lost).
"""

import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings

from classroom.models import Pulse
from dashboards.aggregates.roster import Period, RosterEntry

LASTS = settings.PULSE_LASTS.total_seconds()


def lost_periods(
    pulses: Iterable[Pulse], acknowledged: Sequence[float], roster: Iterable[RosterEntry], until: float
) -> list[list[Period]]:
    """When each student was lost, without saying who. `acknowledged` has the times of "Got it"."""
    said: dict[uuid.UUID, list[Pulse]] = defaultdict(list)
    for pulse in pulses:
        if pulse.kind == Pulse.Kind.LOST:
            said[pulse.participant_id].append(pulse)
    return [
        list(_periods(said[entry.id], [*acknowledged, *(visit.end for visit in entry.visits(until))], until))
        for entry in roster
        if entry.id in said
    ]


def _periods(own: Sequence[Pulse], ends: Iterable[float], until: float) -> Iterator[Period]:
    changes = sorted([*ends, until, *(pulse.at.timestamp() for pulse in own)])
    for pulse in own:
        # One with a value says "no longer lost".
        if pulse.value is None:
            begin = pulse.at.timestamp()
            end = min([begin + LASTS, *(at for at in changes if at > begin)])
            yield Period(begin, end)


def lost_by_step(periods: Iterable[Iterable[Period]], step: float) -> Counter[int]:
    """How many students were lost in each step, for a moment at least. Steps are counted since 1970."""
    lost: Counter[int] = Counter()
    for own in periods:
        lost.update({place for period in own for place in _steps(period, step)})
    return lost


def _steps(period: Period, step: float) -> range:
    return range(int(period.begin // step), math.ceil(period.end / step))
