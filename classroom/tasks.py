from celery import shared_task
from django.utils import timezone

from .models import ClassSession


@shared_task(ignore_result=True)
def close_forgotten_sessions() -> None:
    now = timezone.now()
    for session in ClassSession.objects.forgotten(now):
        session.close_forgotten(now)
