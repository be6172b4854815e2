"""Values of a parametrised test of which one is quick enough for `make test-fast`, and the others are not."""

from typing import Any

import pytest


def slow(value: Any) -> Any:
    return pytest.param(value, marks=pytest.mark.slow)
