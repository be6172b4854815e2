"""Databases of earlier versions, brought to this one."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from classroom.models import ClassSession
from emotion.models import PublishedBucket
from tests import factory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def migrate(name: str) -> None:
    MigrationExecutor(connection).migrate([("emotion", name)])


@pytest.fixture
def session() -> ClassSession:
    return factory.open_session()


def test_published_numbers_are_kept_when_their_model_is_renamed(session: ClassSession) -> None:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("emotion")[0][1]
    migrate("0008_version_of_told_steps")
    try:
        apps = (
            MigrationExecutor(connection)
            .loader.project_state([("emotion", "0008_version_of_told_steps")])
            .apps
        )
        apps.get_model("emotion", "ToldStep").objects.create(
            session_id=session.pk,
            bucket=7,
            hidden=False,
            mean=0.5,
            measured=6,
            counted=6,
            on=60,
            group=6,
            expires_at=timezone.now(),
        )
    finally:
        migrate(newest)
    [published] = PublishedBucket.objects.all()
    assert (published.session, published.bucket, published.mean) == (session, 7, 0.5)
