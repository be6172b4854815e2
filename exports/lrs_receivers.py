"""Tell the learning record store of sessions that end, and of what is erased afterwards."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from activities.models import Question
from classroom.events import session_closed
from classroom.models import ClassSession, Course, Participant

from .models import LrsDelivery
from .tasks import call_lrs_worker


@receiver(post_save, sender=ClassSession)
def plan(instance: ClassSession, created: bool, **_: object) -> None:
    """A session that begins without a store is never sent: its students were not told of one."""
    if created and settings.XAPI_LRS_URL and not instance.is_invented:
        LrsDelivery.objects.create(session_id=instance.pk)


@receiver(session_closed)
def send(session_id: UUID, **_: object) -> None:
    call_lrs_worker(session_id)


@receiver(post_delete, sender=Participant)
@receiver(post_delete, sender=Question)
def void_erased(instance: Participant | Question, origin: object = None, **_: object) -> None:
    # A deleted session is voided as a whole.
    if not isinstance(origin, ClassSession | Course):
        _void(instance.session_id)


@receiver(post_delete, sender=ClassSession)
def void_session(instance: ClassSession, **_: object) -> None:
    _void(instance.pk)


def _void(session_id: UUID) -> None:
    """Plan it in the transaction that erases. What is missing from the session is voided."""
    LrsDelivery.objects.outdate(session_id)
    transaction.on_commit(lambda: call_lrs_worker(session_id), robust=True)
