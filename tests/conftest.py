"""Every test meets a real Redis; the database is SQLite, or with --postgresql a temporary PostgreSQL."""

import gc
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import django
import pytest
import redis
from django.utils import translation
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from demo.product import Product
from demo.redis_server import free_port, redis_service, wait_for_redis
from testbed.postgresql import NoPostgreSQL, postgresql
from tests.migrated import copied_or_made
from tests.waiting import SOON

# A machine that tests on all its cores holds a process up for seconds: what answers late is not dead.
# Tests of a silent Redis wait more briefly than a site does.
CLEAN_ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DATABASE_URL", "DEBUG", "PUBLIC_URL", "REDIS_URL", "SECRET_KEY")
} | {"PATIENCE": str(SOON)}
BROWSER_TESTS = Path(__file__).parent / "browser"
TRAINING_TESTS = Path(__file__).parent / "training"
WINDOW_END = 4_000_000_000  # seconds since 1970, far away
NO_POSTGRESQL = pytest.StashKey[str]()
# Many steps of code whose branches other tests take too: traced by coverage they take three times as long.
UNTRACED = (
    "tests/activities/test_anonymity_attack.py",
    "tests/classroom/test_password_delays.py",
    "tests/dashboards/test_attacks.py",
    "tests/dashboards/test_blur.py",
    "tests/dashboards/test_gone.py",
    "tests/dashboards/test_timeline.py",
)
# What of the product only these tests run, although they are not fast: the network, and what computes it.
TRACED = ("tests/training/test_engines.py", "tests/training/test_network.py")
# What `make test-fast` leaves out.
NOT_FAST = ("browser", "stack", "training", "slow")
# The tests of each of these files share what takes seconds to make: a product, a report.
SHARING = (
    "tests/benchmarks/",
    "tests/browser/test_accessibility.py",
    "tests/browser/test_design.py",
    "tests/browser/test_print.py",
    "tests/demo/",
    "tests/test_catalogues.py",
)
# All tests in here share a trained network, and libraries that take ten seconds to load.
TRAINING = "tests/training/"
# All of these share the video of a face and the shipped network, which take two seconds to load.
VISION = ("tests/emotion/vision/", "tests/emotion/test_pipeline", "tests/emotion/test_poison.py")
# --postgresql does not even collect these: half of what collection costs is loading their libraries.
WITHOUT_DATABASE = tuple(
    Path(__file__).parent / name
    for name in (
        "benchmarks",
        "browser",
        "emotion/vision",
        "training",
    )
)
# These look at pages, files, answers and messages, and at numbers computed from rows, which are the same on
# every database. Other tests ask their queries on PostgreSQL, and so do those in here that are marked
# `postgresql`: of models, races and erasures, and those with a query that no other test asks.
SHOWING = (
    "tests/activities/test_anonymity.py",
    "tests/activities/test_anonymity_attack.py",
    "tests/activities/test_delivery.py",
    "tests/api/",
    "tests/classroom/test_access.py",
    "tests/classroom/test_before_you_start.py",
    "tests/classroom/test_code_delays.py",
    "tests/classroom/test_group_publisher.py",
    "tests/classroom/test_joining.py",
    "tests/classroom/test_limits.py",
    "tests/classroom/test_modes.py",
    "tests/classroom/test_room.py",
    "tests/dashboards/",
    "tests/emotion/test_pipeline.py",
    "tests/emotion/test_pipeline_messages.py",
    "tests/emotion/test_socket.py",
    "tests/emotion/test_socket_connection.py",
    "tests/emotion/test_socket_messages.py",
    "tests/exports/",
    "tests/practice/test_demo_class.py",
    "tests/practice/test_example.py",
    "tests/practice/test_practice_class.py::test_nobody_new_comes_twice",
    "tests/practice/test_practice_class.py::test_some_pause_or_lose_their_connection_and_come_back",
    "tests/test_hostile_input.py",
    "tests/test_languages.py",
)
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "stack"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql", action="store_true", help="only what touches the database, on PostgreSQL"
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """After pytest-cov has begun to measure, so that what is imported here counts."""
    config = session.config
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return  # with xdist's -n, each of its processes has servers of its own, and this one runs no test
    servers = ExitStack()
    config.add_cleanup(servers.close)
    folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="classpulse-tests-")))
    server, redis_url = redis_service(folder)
    servers.callback(server.stop)
    server.start()
    wait_for_redis(redis_url, SOON)
    os.environ |= CLEAN_ENVIRON | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "1",  # plain names for static files; Django's test runner itself turns settings.DEBUG off
        "RUN_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "REDIS_URL": redis_url,
        "ALLOWED_MODES": "participation,mirror,analytics",
        "SIGNUP_OPEN": "1",
    }
    if config.getoption("--postgresql"):
        try:
            os.environ["DATABASE_URL"] = servers.enter_context(postgresql())
        except NoPostgreSQL as reason:
            if "CI" in os.environ:
                raise pytest.UsageError(f"The PostgreSQL tests cannot run: {reason}") from reason
            config.stash[NO_POSTGRESQL] = str(reason)
    django.setup()
    from django.conf import settings

    # All pages, while coverage is measured: the first request may be in a test that is left out.
    import_module(settings.ROOT_URLCONF)

    # A real hash is slow on purpose: 1.5 s for every teacher that a test makes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # It looks at every static file for each test client, and has each request answered in another thread.
    settings.MIDDLEWARE.remove("servestatic.middleware.ServeStaticMiddleware")


class FilesOrTests(LoadScopeScheduling):
    """Hands out one test after the other, and the tests of a file that shares something together.

    xdist_group would say the same, but xdist 3.8 does not see it under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(TRAINING):
            return TRAINING
        if nodeid.startswith(VISION):
            return VISION[0]
        return nodeid.partition("::")[0] if nodeid.startswith(SHARING) else nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Two processes begin with the browser tests, and the others never run one.

        Browser tests take the longest, and each process that runs them starts a product and browsers.
        """
        may_browse = self.nodes.index(node) < max(1, min(2, self.numnodes - 1))
        suits = (scope for scope in self.workqueue if scope.startswith("tests/browser/") == may_browse)
        scope = next(suits, next(iter(self.workqueue)))
        if scope.startswith("tests/browser/") and not may_browse:
            node.shutdown()
            return
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesOrTests:
    return FilesOrTests(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The libraries stay until the end: the garbage collector need not walk through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return (config.getoption("--postgresql") and collection_path in WITHOUT_DATABASE) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        _mark(item)
        if _is_in(item, WITHOUT_DATABASE) and not _is_browser_test(item) and _asks_database(item):
            raise pytest.UsageError(f"{item.nodeid} asks the database: take it out of WITHOUT_DATABASE.")
    items.sort(key=_place_in_the_order)
    if config.getoption("--postgresql"):
        deselected = [item for item in items if _is_browser_test(item) or not _asks_database(item)]
        items[:] = [item for item in items if item not in deselected]
        config.hook.pytest_deselected(items=deselected)
        if reason := config.stash.get(NO_POSTGRESQL, None):
            for item in items:
                item.add_marker(pytest.mark.skip(reason=f"no PostgreSQL: {reason}"))


def _mark(item: pytest.Item) -> None:
    if _is_browser_test(item):
        item.add_marker(pytest.mark.browser)
    if item.path.is_relative_to(TRAINING_TESTS):
        item.add_marker(pytest.mark.training)
    is_traced = not any(map(item.get_closest_marker, NOT_FAST)) and not item.nodeid.startswith(UNTRACED)
    if not is_traced and not item.nodeid.startswith(TRACED):
        item.add_marker(pytest.mark.no_cover)  # of pytest-cov: a traced test takes half as long again


def _place_in_the_order(item: pytest.Item) -> int:
    """xdist hands tests out in this order: large pieces, then long tests, so that processes end together."""
    if item.nodeid.startswith((TRAINING, *SHARING, *VISION)):
        return 0
    return 1 if any(map(item.get_closest_marker, NOT_FAST)) else 2


def _is_in(item: pytest.Item, places: tuple[Path, ...]) -> bool:
    return any(item.path.is_relative_to(place) for place in places)


def _is_browser_test(item: pytest.Item) -> bool:
    return item.path.is_relative_to(BROWSER_TESTS)


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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A file for SQLite's test database, as in the product: in memory it has no WAL and other locks."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = f"{database['NAME']}.test"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database may be there already. Its folder is deleted in the end anyway."""
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = request.config.cache.mkdir("migrated")
        with copied_or_made(folder, Path(database["TEST"]["NAME"])):
            request.getfixturevalue("django_db_setup")  # of pytest-django
    else:
        request.getfixturevalue("django_db_setup")
    _keep_permissions(django_db_blocker)


def _keep_permissions(django_db_blocker: DjangoDbBlocker) -> None:
    """A transactional test ends with a flush, after which Django asks every model for its permissions anew.

    That takes twenty times as long as the flush itself. Here a copy of them is put back.
    """
    from django.apps import apps
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db import connection
    from django.db.models.signals import post_migrate

    def put_back(**_: object) -> None:
        with connection.cursor() as cursor:
            for table in ("django_content_type", "auth_permission"):
                missing = f"id NOT IN (SELECT id FROM {table})"
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table} WHERE {missing}")

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("django_content_type", "auth_permission"):
            cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    was_connected = post_migrate.disconnect(create_contenttypes) and post_migrate.disconnect(
        dispatch_uid="django.contrib.auth.management.create_permissions"
    )
    assert was_connected
    post_migrate.connect(put_back, sender=apps.get_app_config("auth"), weak=False)


@pytest.fixture(scope="module")
def for_all_tests(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Makes rows once for all tests of a module, each of which finds them as they were made."""
    from django.db import transaction

    whole = transaction.atomic()

    def make(rows: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            return rows()

    make(whole.__enter__)
    yield make
    make(lambda: transaction.set_rollback(True))
    make(lambda: whole.__exit__(None, None, None))


@pytest.fixture(scope="session")
def own_redis_client() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield client


@pytest.fixture(autouse=True)
def empty_redis(own_redis_client: redis.Redis) -> redis.Redis:
    """The tests' own Redis, empty at the start of each of them."""
    own_redis_client.flushall()
    return own_redis_client


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are counted in windows of ten minutes: one that ends within a test forgets half of them."""
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda _value, _period: WINDOW_END)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Requests in another language leave it behind, in a test that makes them in its own thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def impatient(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made from now on waits for Redis more briefly than on a real site, where PATIENCE is 1."""
    monkeypatch.setenv("PATIENCE", "0.25")
    spec = find_spec("config.settings")
    real = module_from_spec(spec)
    spec.loader.exec_module(real)
    for name in (
        "CACHES",
        "CHANNEL_LAYERS",
        "FRAME_PATIENCE",
        "FRAME_TTL",
        "HEALTH_PATIENCE",
        "PATIENCE",
        "REDIS_PATIENCE",
    ):
        setattr(settings, name, getattr(real, name))


@pytest.fixture
def silent_redis(impatient: None) -> Iterator[str]:
    """The URL of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://:secret@127.0.0.1:{listening.getsockname()[1]}/0"


@contextmanager
def running(product: Product) -> Iterator[Product]:
    """Ready for the test, and killed after it: a worker takes seconds to end by itself."""
    with product:
        product.wait_until_ready()
        yield product
        for service in product.services.values():
            if service.is_running:
                os.killpg(service.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The whole product, running: web process, worker, Redis and a fresh database of its own."""
    environ = CLEAN_ENVIRON.copy()
    if os.environ["DATABASE_URL"].startswith("postgresql"):
        environ["DATABASE_URL"] = _another_database(os.environ["DATABASE_URL"], "stack")
    folder = tmp_path_factory.mktemp("stack")
    with running(Product(folder, port=free_port(), environ=environ)) as product:
        yield product


def _another_database(url: str, name: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rsplit('/', 1)[0]}/{name}"
