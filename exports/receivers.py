"""Exports and kept rows follow what students take back: they go in the transaction that erases the data.

A worker may have begun between the erasure and its commit, with the data as it was before, so they go once
more after the commit.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from classroom.models import ClassSession, Course
from dashboards.taken_back import taken_back

from .models import Export, KeptRows


@receiver(taken_back)
def outdate(session_ids: Collection[UUID], **_: object) -> None:
    Export.objects.of_sessions(session_ids).outdate()
    transaction.on_commit(lambda: Export.objects.of_sessions(session_ids).outdate())


@receiver(taken_back)
def forget_rows(session_ids: Collection[UUID], **_: object) -> None:
    KeptRows.objects.of_sessions(session_ids).delete()
    transaction.on_commit(lambda: KeptRows.objects.of_sessions(session_ids).delete())


@receiver(post_delete, sender=ClassSession)
def outdate_exports_of_course(instance: ClassSession, origin: object = None, **_: object) -> None:
    if not isinstance(origin, Course):
        exports = Export.objects.filter(course=instance.course_id)
        exports.outdate()
        transaction.on_commit(lambda: exports.all().outdate())
