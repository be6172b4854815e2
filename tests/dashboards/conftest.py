from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.dashboards.findings import Findings


@pytest.fixture(autouse=True)
def readings_of_the_tests_are_kept(settings) -> None:
    """Their classes took place on one day in March (classes.START)."""
    settings.READING_RETENTION = timedelta(days=10_000)


@pytest.fixture(scope="session")
def findings() -> Iterator[Findings]:
    """What attacks recovered, printed at the end: pytest -s."""
    found = Findings()
    yield found
    print(found)
