"""One signal for everything that takes something out of what teachers may see of a session.

Students erase and withdraw, texts are deleted, renamed or hidden, approvals end. Whoever keeps what was made
of a session deletes it in the same transaction, and once more after the commit: its maker may have begun
between the two, with the data as it was before.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal, receiver

from activities.models import Question, StudentQuestion
from classroom.events import approvals_revoked, consent_erased, consent_replaced, words_changed
from classroom.models import Approval, ClassSession, Course, Marker, Participant

# Sent inside the transaction. session_ids: list[uuid.UUID]
taken_back = Signal()


@receiver(consent_erased)
def take_consent(consent_id: int, **_: object) -> None:
    _take_consent(consent_id)


@receiver(consent_replaced)
def take_changed_consent(to_id: int, **_: object) -> None:
    """The teacher sees the student's line from now on, or no longer."""
    _take_consent(to_id)


def _take_consent(consent_id: int) -> None:
    of_consent = Participant.objects.filter(consents=consent_id).order_by()
    _send(list(of_consent.values_list("session", flat=True)))


@receiver(post_delete, sender=Participant)
@receiver(post_delete, sender=Question)
@receiver(post_delete, sender=StudentQuestion)
@receiver(post_delete, sender=Marker)
def take_erased(instance: Any, origin: object = None, **_: object) -> None:
    """A name, or a text in which somebody may be named, was erased."""
    # With its session or course everything that was made of it goes as well.
    if not isinstance(origin, ClassSession | Course):
        _send([instance.session_id])


@receiver(words_changed)
def take_words(session_id: UUID, **_: object) -> None:
    _send([session_id])


@receiver(post_save, sender=Approval)
def take_approval(sender: type[Model], instance: Approval, created: bool = False, **_: object) -> None:
    """An administrator changed the approval. What merely expires is looked for by periodic tasks."""
    if not created:
        take_revoked([instance.pk])


@receiver(approvals_revoked)
def take_revoked(approval_ids: Collection[int], **_: object) -> None:
    under_these = ClassSession.objects.filter(approval__in=approval_ids)
    _send(list(under_these.order_by().values_list("pk", flat=True)))


def _send(session_ids: list[UUID]) -> None:
    taken_back.send(ClassSession, session_ids=session_ids)
