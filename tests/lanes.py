"""Which test runs in which lane, and the order in which pytest's processes get them."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from xdist import get_xdist_worker_id, is_xdist_controller
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# All tests in here drive a browser.
BROWSER = "tests/browser/"
# Coverage is measured in the fast tests and in these, which alone run much of what makes files, the invented
# classes, the network, what computes it, and what judges pictures.
TRACED = (
    "tests/emotion/vision/",
    "tests/exports/",
    "tests/practice/test_demo_class.py",
    "tests/practice/test_example_term.py",
    "tests/practice/test_practice_class.py",
    "tests/training/test_engines.py",
    "tests/training/test_network.py",
)
# What `make test-fast` leaves out.
NOT_FAST = ("browser", "stack", "training", "slow")
# The browser tests of each of these files share what takes seconds to make: a product, a report.
SHARING = (
    "tests/browser/test_accessibility.py",
    "tests/browser/test_design.py",
    "tests/browser/test_print.py",
)
# These wait most of their time, for a worker or for Redis, while browsers and PostgreSQL keep all cores busy.
WAITING = (
    "tests/demo/test_students.py",
    "tests/emotion/test_silent_redis.py",
    "tests/emotion/test_two_workers.py",
    "tests/emotion/test_whole_product.py",
    "tests/emotion/test_worker_outage.py",
    "tests/exports/test_export_worker.py",
    "tests/test_liveness.py",
)
# These take long as well.
LONG = ("tests/benchmarks/", "tests/demo/", "tests/test_catalogues.py")
# All tests in here share a trained network, and libraries that take ten seconds to load.
TRAINING = "tests/training/"
# All of these share the video of a face and the shipped network, which take two seconds to load.
VISION = ("tests/emotion/vision/", "tests/emotion/test_pipeline", "tests/emotion/test_poison.py")
# --postgresql does not even collect these: half of what collection costs is loading their libraries.
WITHOUT_DATABASE = ("tests/benchmarks/", BROWSER, "tests/emotion/vision/", TRAINING)
# These look at pages, files, answers and messages, and at numbers computed from rows, which are the same on
# every database. Other tests ask their queries on PostgreSQL, and so do those in here that are marked
# `postgresql`: of models, races and erasures, and those with a query that no other test asks.
SHOWING = (
    "tests/activities/test_anonymity.py",
    "tests/activities/test_anonymity_attack.py",
    "tests/activities/test_delivery.py",
    "tests/activities/test_questions.py",
    "tests/activities/test_speaking_and_leading.py",
    "tests/api/",
    "tests/classroom/test_access.py",
    "tests/classroom/test_account_deletion.py",
    "tests/classroom/test_accounts.py",
    "tests/classroom/test_admin.py",
    "tests/classroom/test_approvals.py",
    "tests/classroom/test_before_you_start.py",
    "tests/classroom/test_code_delays.py",
    "tests/classroom/test_courses.py",
    "tests/classroom/test_group_publisher.py",
    "tests/classroom/test_joining.py",
    "tests/classroom/test_limits.py",
    "tests/classroom/test_modes.py",
    "tests/classroom/test_password_delays.py",
    "tests/classroom/test_room.py",
    "tests/classroom/test_session_deletion.py",
    "tests/classroom/test_teaching.py",
    "tests/dashboards/",
    "tests/emotion/test_pipeline.py",
    "tests/emotion/test_pipeline_messages.py",
    "tests/emotion/test_socket.py",
    "tests/emotion/test_socket_connection.py",
    "tests/emotion/test_socket_messages.py",
    "tests/emotion/test_socket_reconciliation.py",
    "tests/exports/",
    "tests/practice/test_demo_class.py",
    "tests/practice/test_example.py",
    "tests/practice/test_practice_class.py::test_nobody_new_comes_twice",
    "tests/practice/test_practice_class.py::test_some_pause_or_lose_their_connection_and_come_back",
    "tests/test_hostile_input.py",
    "tests/test_languages.py",
)
# Coverage's trace function, where coverage is measured.
TRACE = pytest.StashKey[Any]()
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "stack"}


class FilesOrTests(LoadScopeScheduling):
    """Hands out the tests of a file together, which share rows, and one browser test after the other.

    xdist_group would say the same, but xdist 3.8 does not see it under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(TRAINING):
            return TRAINING
        if nodeid.startswith(VISION):
            return VISION[0]
        by_itself = nodeid.startswith(BROWSER) and not nodeid.startswith(SHARING)
        return nodeid if by_itself else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Two processes begin with the browser tests, and the others never run one.

        Browser tests take the longest, and each process that runs them starts a product and browsers.
        """
        may_browse = self.nodes.index(node) < max(1, min(2, self.numnodes - 1))
        suits = (scope for scope in self.workqueue if scope.startswith(BROWSER) == may_browse)
        scope = next(suits, next(iter(self.workqueue)))
        if scope.startswith(BROWSER) and not may_browse:
            node.shutdown()
            return
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesOrTests:
    return FilesOrTests(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    without_database = (config.rootpath / folder for folder in WITHOUT_DATABASE)
    return (config.getoption("--postgresql") and collection_path in without_database) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        _mark(item)
        is_checked = item.nodeid.startswith(WITHOUT_DATABASE) and not item.nodeid.startswith(BROWSER)
        if is_checked and _asks_database(item):
            raise pytest.UsageError(f"{item.nodeid} asks the database: take it out of WITHOUT_DATABASE.")
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: _place_in_the_order(item, sizes[item.path]))
    if config.getoption("--postgresql"):
        deselected = [item for item in items if item.nodeid.startswith(BROWSER) or not _asks_database(item)]
        items[:] = [item for item in items if item not in deselected]
        config.hook.pytest_deselected(items=deselected)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """All processes of xdist import the same tests, so that one measures what they import."""
    if not Coverage.current():
        return
    session.config.stash[TRACE] = sys.gettrace()
    if is_xdist_controller(session) or get_xdist_worker_id(session) not in ("gw0", "master"):
        sys.settrace(None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """A traced test takes half as long again, and so does what it makes first, which no_cover would trace.

    Other threads are always traced: one that coverage has left cannot be traced again.
    """
    if TRACE in item.config.stash:
        sys.settrace(item.config.stash[TRACE] if _is_traced(item) else None)


def _is_traced(item: pytest.Item) -> bool:
    return item.nodeid.startswith(TRACED) or not any(map(item.get_closest_marker, NOT_FAST))


def _mark(item: pytest.Item) -> None:
    if item.nodeid.startswith(BROWSER):
        item.add_marker(pytest.mark.browser)
    if item.nodeid.startswith(TRAINING):
        item.add_marker(pytest.mark.training)


def _place_in_the_order(item: pytest.Item, tests_in_its_file: int) -> tuple[int, int]:
    """xdist hands tests out in this order, so that no core waits and all processes end together.

    What waits comes first, then large pieces and long tests, then files with ever fewer tests.
    """
    if item.nodeid.startswith(WAITING):
        return -1, 0
    if item.nodeid.startswith((TRAINING, *SHARING, *LONG, *VISION)):
        return 0, 0
    return (1, 0) if any(map(item.get_closest_marker, NOT_FAST)) else (2, -tests_in_its_file)


def _asks_database(item: pytest.Item) -> bool:
    """Whether another database may answer the test otherwise than SQLite."""
    if item.get_closest_marker("any_database") or not _touches_database(item):
        return False
    return bool(item.get_closest_marker("postgresql")) or not item.nodeid.startswith(SHOWING)


def _touches_database(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    case = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or (case is not None and issubclass(case, TransactionTestCase))
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    )
