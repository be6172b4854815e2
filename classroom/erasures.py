"""Erased data must be gone from SQLite's files, too, and stay gone after a backup is restored.

A backup from before an erasure brings the rows back. Each erasure is therefore recorded outside the database,
by ids that mean nothing without it, and `manage.py repeat_erasures` repeats them after a restore.
"""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)

PARTICIPANT, SESSION, CONSENT = "participant", "session", "consent"
ACCOUNT, MARKER = "account", "marker"

# How other apps erase their kinds of rows again. Returns False if the row is not there.
repeaters: dict[str, Callable[[str], bool]] = {}


class Erasure(NamedTuple):
    erased_at: datetime
    kind: str
    id: str
    # Recorded only for rows with numeric ids, which a restored database gives out again.
    created_at: datetime | None


def record(kind: str, id_: object, *, created_at: datetime | None = None) -> None:
    """Record an erasure once the present transaction is committed."""
    transaction.on_commit(lambda: _append(kind, id_, created_at), robust=True)


def recorded() -> Iterator[Erasure]:
    if not settings.ERASURES_LOG.exists():
        return
    for line in settings.ERASURES_LOG.read_text().splitlines():
        at, kind, id_, *created = line.split()
        created_at = datetime.fromisoformat(created[0]) if created else None
        yield Erasure(datetime.fromisoformat(at), kind, id_, created_at)


def truncate_wal_on_commit() -> None:
    """Truncate SQLite's write-ahead log once the present transaction is committed.

    The log keeps former pages until a checkpoint. Where a reader prevents one at this moment, the periodic
    task `overwrite_erased` tries again.
    """
    transaction.on_commit(truncate_wal, robust=True)


def truncate_wal() -> None:
    """Truncate SQLite's write-ahead log, unless another connection is writing."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError:
        logger.info("SQLite's log was not truncated, as it is in use; the periodic task tries again.")


def _append(kind: str, id_: object, created_at: datetime | None) -> None:
    fields = [timezone.now().isoformat(), kind, str(id_)]
    if created_at:
        fields.append(created_at.isoformat())
    path = settings.ERASURES_LOG
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write of a whole line: several processes may append at once.
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(log, f"{' '.join(fields)}\n".encode())
    finally:
        os.close(log)
