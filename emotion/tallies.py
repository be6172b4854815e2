"""What became of the frames: counted in Redis as it happens, kept in the database."""

from collections import Counter

from django.db import DatabaseError, transaction

from . import frames
from .models import FrameTally


def copy_to_database() -> None:
    collected = frames.collect_tallies()
    try:
        with transaction.atomic():
            for session_id, counts in collected.items():
                FrameTally.objects.add(session_id, counts)
    except DatabaseError:
        for session_id, counts in collected.items():  # for the next attempt
            frames.count(Counter({(session_id, what): count for what, count in counts.items()}))
        raise
