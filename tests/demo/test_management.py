"""Management commands run in copies of one process."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demo.management import Management
from demo.product import Product
from demo.services import CannotStart
from tests.conftest import CLEAN_ENVIRON
from tests.waiting import SOON

pytestmark = [pytest.mark.stack, pytest.mark.any_database]


def test_a_command_returns_what_it_prints(stack: Product):
    assert stack.manage("shell", "--no-imports", "-c", "print('printed')") == "printed\n"


@pytest.mark.parametrize("end", ["sys.exit(2)", "raise ValueError", "os.abort()"])
def test_a_command_that_fails_is_one_sentence(stack: Product, end: str):
    with pytest.raises(CannotStart, match=r"^`manage\.py shell` failed; its own message is above\.$"):
        stack.manage("shell", "--no-imports", "-c", f"import os, sys; {end}")


def test_commands_run_at_once(stack: Product, tmp_path: Path):
    there = f"from pathlib import Path; there = Path({str(tmp_path / 'there')!r})"
    wait = f"{there}\nimport time\nwhile not there.exists(): time.sleep(0.01)"
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(stack.manage, "shell", "--no-imports", "-c", wait)
        stack.manage("shell", "--no-imports", "-c", f"{there}; there.touch()")
        waiting.result(SOON)


def test_settings_that_cannot_be_loaded_are_one_sentence():
    management = Management({**CLEAN_ENVIRON, "DATABASE_URL": "nothing://known"})
    try:
        with pytest.raises(CannotStart, match=r"^`manage\.py migrate` failed"):
            management.begin("migrate").output()
    finally:
        management.stop()
