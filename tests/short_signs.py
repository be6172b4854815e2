"""For `celery -A tests.short_signs worker` and `beat`: reports that a test can wait for."""

from datetime import timedelta

from django.conf import settings

settings.ALIVE_EVERY, settings.ALIVE_FOR = timedelta(seconds=0.5), timedelta(seconds=2)
settings.CELERY_BEAT_SCHEDULE = {
    "note lost connections": {
        "task": "classroom.tasks.note_lost_connections",
        "schedule": settings.ALIVE_EVERY,
    }
}

from config.celery import app  # noqa: E402, F401
