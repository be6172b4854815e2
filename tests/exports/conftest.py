from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.local_server import running


@pytest.fixture(autouse=True)
def readings_of_the_tests_are_kept(settings) -> None:
    """Their classes took place on one day in March (classes.START)."""
    settings.READING_RETENTION = timedelta(days=10_000)


@pytest.fixture
def store(settings) -> Iterator:
    from tests.exports.record_store import Store

    with running(Store()) as server:
        settings.XAPI_LRS_URL = server.url
        settings.XAPI_LRS_USER, settings.XAPI_LRS_PASSWORD = "classpulse", "s3cret-of-the-store"
        settings.LRS_PATIENCE = 5
        yield server
