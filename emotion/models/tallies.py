from collections.abc import Mapping
from uuid import UUID

from django.db import models
from django.db.models.functions import Greatest

from classroom.models import ClassSession


class FrameTallyQuerySet(models.QuerySet):
    def add(self, session_id: UUID, counts: Mapping[str, int]) -> None:
        """Add what was counted since the last time; nothing if the session has been deleted meanwhile."""
        if not ClassSession.objects.filter(pk=session_id).exists():
            return
        self.get_or_create(session_id=session_id)
        # Never below 0: a restart of Redis loses a `taken` whose later correction arrives all the same.
        sums = {what: Greatest(models.F(what) + n, 0) for what, n in counts.items()}
        self.filter(session_id=session_id).update(**sums)


class FrameTally(models.Model):
    """What became of every frame that a session's students sent; see docs/architecture.md.

    received = refused + superseded + expired + taken, and those still waiting in the queue.
    taken = read + erased + lost: what left the queue, to a worker or because its student withdrew.
    """

    session = models.OneToOneField(ClassSession, on_delete=models.CASCADE, related_name="frame_tally")
    received = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    superseded = models.PositiveBigIntegerField(default=0)
    expired = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    read = models.PositiveBigIntegerField(default=0)
    erased = models.PositiveBigIntegerField(default=0)

    objects = FrameTallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "frame tallies"

    def __str__(self) -> str:
        return f"{self.received} frames received, {self.read} read"

    @property
    def lost(self) -> int:
        """Taken by a worker that never came back with an answer. Never below 0: see FrameTallyQuerySet."""
        return max(0, self.taken - self.read - self.erased)
