"""Exports follow what students take back: the file goes in the transaction that erases the data.

A worker may have begun between the erasure and its commit, with the data as it was before, so the exports are
outdated once more after the commit.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from activities.models import Question, StudentQuestion
from classroom.events import approvals_revoked, consent_erased, consent_replaced
from classroom.models import Approval, ClassSession, Course, Marker, Participant

from .models import Export


def outdate(session_ids: Collection[UUID]) -> None:
    Export.objects.of_sessions(session_ids).outdate()
    transaction.on_commit(lambda: Export.objects.of_sessions(session_ids).outdate())


@receiver(consent_erased)
def outdate_for_consent(consent_id: int, **_: object) -> None:
    _outdate_of_consent(consent_id)


@receiver(consent_replaced)
def outdate_for_change(to_id: int, **_: object) -> None:
    """The teacher sees the student's line from now on, or no longer."""
    _outdate_of_consent(to_id)


def _outdate_of_consent(consent_id: int) -> None:
    of_consent = Participant.objects.filter(consents=consent_id).order_by()
    outdate(list(of_consent.values_list("session", flat=True)))


@receiver(post_delete, sender=Participant)
@receiver(post_delete, sender=Question)
@receiver(post_delete, sender=StudentQuestion)
@receiver(post_delete, sender=Marker)
def outdate_for_erased(instance: Any, origin: object = None, **_: object) -> None:
    """A name, or a text in which somebody may be named, was erased."""
    # With its session or course the exports of it go as well.
    if not isinstance(origin, ClassSession | Course):
        outdate([instance.session_id])


@receiver(post_delete, sender=ClassSession)
def outdate_exports_of_course(instance: ClassSession, origin: object = None, **_: object) -> None:
    if not isinstance(origin, Course):
        Export.objects.filter(course=instance.course_id).outdate()


@receiver(post_save, sender=Approval)
def outdate_for_approval(sender: type[Model], instance: Approval, **_: object) -> None:
    """An administrator changed the approval. What merely expires is looked for by a periodic task."""
    outdate_for_revoked([instance.pk])


@receiver(approvals_revoked)
def outdate_for_revoked(approval_ids: Collection[int], **_: object) -> None:
    under_these = ClassSession.objects.filter(approval__in=approval_ids)
    outdate(list(under_these.order_by().values_list("pk", flat=True)))
