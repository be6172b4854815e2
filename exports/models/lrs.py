"""What a learning record store (LRS) was sent of each session, by ids alone."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession

from .files import Superseded

# Pauses after failures. The last one repeats: a store may be down for weeks, and nothing is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
# Longer than a batch takes, and than it takes to compute the statements.
CLAIMED_FOR = timedelta(minutes=2)


def _pause(attempts: int, at_least: timedelta) -> timedelta:
    """As long as the store asks for, but no longer than after the last failure."""
    return min(max(BACKOFF[min(attempts, len(BACKOFF) - 1)], at_least), BACKOFF[-1])


class LrsDeliveryQuerySet(models.QuerySet["LrsDelivery"]):
    def due(self, now: datetime) -> Self:
        """Return records of sessions that have ended or were deleted."""
        still_open = ClassSession.objects.open().order_by().values("pk")
        return self.filter(next_try_at__lte=now).exclude(session_id__in=still_open)

    def claim(self, session_id: uuid.UUID, now: datetime) -> "LrsDelivery | None":
        """Take one that is due for one worker. Return None if another has it, or nothing is to be done."""
        claim = uuid.uuid4()
        due = self.due(now).filter(pk=session_id)
        if not due.update(claim=claim, next_try_at=now + CLAIMED_FOR):
            return None
        return self.filter(pk=session_id, claim=claim).first()

    def wait(self, now: datetime, at_least: timedelta) -> None:
        """Leave the store alone for a while: of all that is due, one worker tries one thing at a time."""
        self.due(now).update(claim=None, next_try_at=now + _pause(0, at_least))

    def outdate(self, session_id: uuid.UUID) -> None:
        """Plan to correct what the store was told, and stop a worker that computed it from former data."""
        self.filter(pk=session_id).update(claim=None, attempts=0, next_try_at=timezone.now())


class LrsDelivery(models.Model):
    """A session whose statements the store gets. It is there from the session's beginning.

    So whoever erases something waits for its row or holds it, and no worker sends what is being erased. There
    is no foreign key: it stays after a deleted session until the store has no valid statement of it.
    """

    session_id = models.UUIDField(primary_key=True, editable=False)
    # None once the store says what the session says.
    next_try_at = models.DateTimeField(null=True, default=timezone.now)
    # The mark of the one worker that sends.
    claim = models.UUIDField(null=True)
    # Failures since the last success.
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    objects = LrsDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("delivery of statements"), _("deliveries of statements")
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(next_try_at__isnull=False), name="lrs_due"
            )
        ]

    def __str__(self) -> str:
        return f"statements of {self.session_id}"

    def announce(self, statement_ids: Collection[uuid.UUID]) -> None:
        """Note what is about to be sent: a worker may die before it notes what arrived."""
        with transaction.atomic():
            self.hold()
            made = [LrsStatement(pk=pk, delivery=self) for pk in statement_ids]
            LrsStatement.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)

    def hold(self) -> None:
        """Keep other workers away. Raise Superseded if the data changed, or another one has taken over."""
        if not self._held().update(next_try_at=timezone.now() + CLAIMED_FOR):
            raise Superseded

    def finish(self) -> None:
        """Note that the store is up to date. After a deleted session nothing is left to remember."""
        if ClassSession.objects.filter(pk=self.pk).exists():
            self._held().update(claim=None, next_try_at=None, attempts=0, problem="")
        else:
            self._held().delete()

    def postpone(self, problem: str, now: datetime, at_least: timedelta = timedelta()) -> None:
        pause = _pause(self.attempts, at_least)
        self._held().update(
            claim=None, attempts=F("attempts") + 1, problem=problem[:200], next_try_at=now + pause
        )

    def _held(self) -> LrsDeliveryQuerySet:
        return LrsDelivery.objects.filter(pk=self.pk, claim=self.claim, claim__isnull=False)


class LrsStatement(models.Model):
    """The id of a statement that the store has, or may have."""

    id = models.UUIDField(primary_key=True, editable=False)
    delivery = models.ForeignKey(LrsDelivery, on_delete=models.CASCADE, related_name="statements")
    # False while it is on its way.
    has_arrived = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("sent statement"), _("sent statements")

    def __str__(self) -> str:
        return str(self.pk)
