"""What was erased must be gone: also from SQLite's files, and also after a backup is restored.

A backup from before an erasure brings the erased rows back. So each erasure is noted outside the database, by
ids that mean nothing without it, and `manage.py repeat_erasures` repeats them after a restore.
"""

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)

PARTICIPANT, SESSION, CONSENT = "participant", "session", "consent"
ACCOUNT, MARKER = "account", "marker"


class Erasure(NamedTuple):
    erased_at: datetime
    kind: str
    id: str
    created_at: datetime | None  # where ids are numbers, which a restored database gives out again


def record(kind: str, id_: object, *, created_at: datetime | None = None) -> None:
    """After the transaction that erases it."""
    transaction.on_commit(lambda: _write(kind, id_, created_at), robust=True)


def recorded() -> Iterator[Erasure]:
    if not settings.ERASURES_LOG.exists():
        return
    for line in settings.ERASURES_LOG.read_text().splitlines():
        at, kind, id_, *created = line.split()
        created_at = datetime.fromisoformat(created[0]) if created else None
        yield Erasure(datetime.fromisoformat(at), kind, id_, created_at)


def truncate_wal_on_commit() -> None:
    """After the transaction that erased something: SQLite keeps former pages in its log until a checkpoint.

    Where somebody reads at this moment, the next one does it (`classroom.tasks.overwrite_erased`).
    """
    transaction.on_commit(truncate_wal, robust=True)


def truncate_wal() -> None:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError:  # somebody writes
        logger.info("SQLite's log was not emptied; it will be with the next look.")


def _write(kind: str, id_: object, created_at: datetime | None) -> None:
    words = [timezone.now().isoformat(), kind, str(id_)]
    if created_at:
        words.append(created_at.isoformat())
    path = settings.ERASURES_LOG
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write of one line: several processes may append at once.
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(log, f"{' '.join(words)}\n".encode())
    finally:
        os.close(log)
