"""Kept reports follow what is taken back of their session (dashboards/taken_back.py)."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from .models import KeptReport
from .taken_back import taken_back


@receiver(taken_back)
def forget_reports(session_ids: Collection[UUID], **_: object) -> None:
    KeptReport.objects.filter(session__in=session_ids).forget()
    transaction.on_commit(lambda: KeptReport.objects.filter(session__in=session_ids).forget())
