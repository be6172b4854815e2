from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def readings_of_the_tests_are_kept(settings) -> None:
    """Their classes took place on one day in March (classes.START)."""
    settings.READING_RETENTION = timedelta(days=10_000)
