"""Rows of sessions that have ended, as they were made."""

import uuid
from collections.abc import Collection
from typing import Self

from django.db import IntegrityError, models

from classroom.models import ClassSession
from dashboards.models import Kept


class KeptRowsQuerySet(models.QuerySet["KeptRows"]):
    def of_sessions(self, session_ids: Collection[uuid.UUID]) -> Self:
        return self.filter(session__in=session_ids)

    def claim(self, session: ClassSession) -> "KeptRows | None":
        """Take them before the session's data is read. None if the session was deleted meanwhile, or
        something was taken back at this very moment."""
        claim = uuid.uuid4()
        taken = KeptRows(session=session, claim=claim)
        try:
            KeptRows.objects.bulk_create(
                [taken], update_conflicts=True, unique_fields=["session"], update_fields=["claim"]
            )
        except IntegrityError:
            return None
        return self.filter(session=session, claim=claim).first()


class KeptRows(Kept):
    """All tables of a session: an archive with the JSON of each (exports/keeping.py).

    What is taken back of a session deletes the row, and with it the claim of whoever makes it anew.
    """

    session = models.OneToOneField(ClassSession, on_delete=models.CASCADE, related_name="kept_rows")
    body = models.BinaryField(default=b"")

    objects = KeptRowsQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["valid_until"])]

    def __str__(self) -> str:
        return f"rows of {self.session_id}"
