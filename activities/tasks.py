"""Periodic tasks."""

from celery import shared_task
from django.utils import timezone

from .models import Question


@shared_task(ignore_result=True)
def close_due_questions() -> None:
    """Close questions whose time is up, where no open page has done it."""
    Question.objects.close_due(timezone.now())
