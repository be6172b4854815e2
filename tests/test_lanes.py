"""What runs in which lane: the lists of lanes.py name tests that exist."""

import re
import sys
from itertools import chain

import pytest

from demo.product import ROOT
from tests.lanes import LONG, SHARING, SHOWING, TRACED, VISION, WAITING, WITHOUT_DATABASE

LISTS = (LONG, SHARING, SHOWING, TRACED, VISION, WAITING, WITHOUT_DATABASE)


@pytest.mark.parametrize("start", list(chain(*LISTS)))
def test_a_list_of_tests_names_some(start: str) -> None:
    path, _, name = start.partition("::")
    found = sorted(ROOT.glob(f"{path}*"))
    assert found
    assert not name or re.search(rf"^(async )?def {name}", found[0].read_text(), re.MULTILINE)


@pytest.mark.slow
def test_what_is_not_traced_is_not_slowed_down() -> None:
    assert sys.gettrace() is None
