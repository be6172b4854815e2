"""Minutes of the clock, counted since 1970, and everybody's seconds in them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dashboards.aggregates.time_table import TimeUse
from dashboards.aggregates.timeline import Timeline
from dashboards.times import to_datetime
from emotion.buckets import STEP_SECONDS

MINUTE = 60
MINUTE_STEPS = MINUTE // STEP_SECONDS


@dataclass(frozen=True)
class Clock:
    # The beginning of each minute of the session.
    begins: Mapping[int, datetime]
    # What may be shown of each participant's seconds, by minute.
    uses: Mapping[uuid.UUID, TimeUse]

    @classmethod
    def of(cls, timeline: Timeline) -> "Clock":
        minutes = minutes_of(timeline.session.begins_at, to_datetime(timeline.until))
        uses = {
            entry.id: timeline.use_of(entry).published(entry).merged(MINUTE_STEPS)
            for entry in timeline.roster
        }
        return cls({minute: local(to_datetime(minute * MINUTE)) for minute in minutes}, uses)


def minutes_of(begin: datetime, end: datetime) -> range:
    """The minutes that hold some of this time."""
    first = int(begin.timestamp() // MINUTE)
    return range(first, max(first + 1, -int(-end.timestamp() // MINUTE)))


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def local_or_none(moment: datetime | None) -> datetime | None:
    return None if moment is None else timezone.localtime(moment)
