"""Webhooks that are sent at once, to a server that takes them. Django is set up after this is loaded."""

import pytest

from tests.local_server import running


@pytest.fixture
def at_once(settings, monkeypatch, django_capture_on_commit_callbacks):
    """Messages are sent where they are made, to addresses of this machine too."""
    from api.tasks import compute_report, deliver

    settings.DEBUG = True
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_PATIENCE = 2
    for task in (deliver, compute_report):
        monkeypatch.setattr(task, "delay", task)
    return django_capture_on_commit_callbacks


@pytest.fixture
def receiver():
    from tests.api.receiver import Receiver

    with running(Receiver()) as server:
        yield server


@pytest.fixture
def webhook(receiver):
    from api.models import EVENTS, Webhook
    from tests import factory

    return Webhook.objects.create(teacher=factory.teacher(), url=receiver.url, events=EVENTS)
