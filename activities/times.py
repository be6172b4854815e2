"""Times in messages are milliseconds since 1970."""

from datetime import datetime


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
