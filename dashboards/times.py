"""Time inside dashboards is seconds since 1970 (POSIX time) as a float, everywhere.

Aware datetimes occur at the edges only: in what the ORM gives and takes, and in what a template or an export
prints. JSON for scripts holds milliseconds since 1970. A bucket is a time divided by STEP_SECONDS
(emotion/buckets.py), rounded down.
"""

from datetime import UTC, datetime


def to_datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def to_milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
