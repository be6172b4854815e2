from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.activities.lesson import Lesson


@pytest.fixture
def lesson(db: None) -> "Lesson":
    # This file is loaded before Django's apps are.
    from tests.activities.lesson import Lesson

    return Lesson()
