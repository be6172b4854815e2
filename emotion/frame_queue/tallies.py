"""Copy the counts of frames, which the Lua scripts keep in Redis, to the database."""

import logging
from collections import Counter

from django.db import DatabaseError, transaction

from emotion.models import FrameTally

from . import queue

logger = logging.getLogger(__name__)


def copy_to_database() -> None:
    """Copy the tally of each session by itself; one that cannot be written goes back to Redis."""
    for session_id, counts in queue.collect_tallies().items():
        try:
            with transaction.atomic():
                FrameTally.objects.add(session_id, counts)
        except DatabaseError:
            logger.exception("The tally of session %s goes back to Redis.", session_id)
            queue.count(Counter({(session_id, what): count for what, count in counts.items()}))
