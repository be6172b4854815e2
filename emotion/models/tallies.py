"""What became of a session's frames, by count."""

from collections.abc import Mapping
from uuid import UUID

from django.db import models
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession


class FrameTallyQuerySet(models.QuerySet["FrameTally"]):
    def add(self, session_id: UUID, counts: Mapping[str, int]) -> None:
        """Add counts to the tally of a session; do nothing if the session has been deleted."""
        if not ClassSession.objects.filter(pk=session_id).exists():
            return
        self.get_or_create(session_id=session_id)
        # At least 0: a restart of Redis may lose a `taken` whose later correction still arrives.
        sums = {what: Greatest(models.F(what) + n, 0) for what, n in counts.items()}
        self.filter(session_id=session_id).update(**sums)


class FrameTally(models.Model):
    """How many frames of a session met which fate (docs/architecture.md).

    received = refused + superseded + expired + taken + those that still wait in the queue
    taken = read + erased + lost: frames that left the queue, to a worker or because the student withdrew
    """

    session = models.OneToOneField(
        ClassSession, on_delete=models.CASCADE, related_name="frame_tally", verbose_name=_("session")
    )
    received = models.PositiveBigIntegerField(_("received"), default=0)
    refused = models.PositiveBigIntegerField(_("refused"), default=0)
    superseded = models.PositiveBigIntegerField(_("superseded"), default=0)
    expired = models.PositiveBigIntegerField(_("expired"), default=0)
    taken = models.PositiveBigIntegerField(_("taken"), default=0)
    read = models.PositiveBigIntegerField(_("read"), default=0)
    erased = models.PositiveBigIntegerField(_("erased"), default=0)

    objects = FrameTallyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("frame tally"), _("frame tallies")

    def __str__(self) -> str:
        return f"{self.received} frames received, {self.read} read"

    @property
    def lost(self) -> int:
        """Frames taken by a worker that never reported what became of them."""
        return max(0, self.taken - self.read - self.erased)
