"""For `celery -A tests.emotion.short_limits worker`: time limits that a test can wait for."""

from datetime import timedelta

from django.conf import settings

from config.celery import app

SOFT, HARD = 4, 5  # seconds; reading goes on for two at a stretch

app.conf.update(task_soft_time_limit=SOFT, task_time_limit=HARD)
settings.ALIVE_EVERY = timedelta(seconds=1)
