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

import django
import pytest
import redis
from coverage import Coverage
from django.utils import translation

from demo.product import Product
from demo.redis_server import free_port, redis_binary, redis_service, wait_for_redis
from demo.services import Service
from testbed.postgresql import NoPostgreSQL, postgresql
from tests.prepared import collect_static_files, migrate
from tests.waiting import SOON

pytest_plugins = ["tests.lanes", "tests.databases"]

# Why there is no PostgreSQL, where there is none.
NO_POSTGRESQL = pytest.StashKey[str]()

# A machine that tests on all its cores holds a process up for seconds: what answers late is not dead.
# Tests of a silent Redis wait more briefly than a site does.
CLEAN_ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DATABASE_URL", "DEBUG", "PUBLIC_URL", "REDIS_URL", "SECRET_KEY")
} | {"PATIENCE": str(SOON)}
WINDOW_END = 4_000_000_000  # seconds since 1970, far away


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
    _measure_once()
    # Until everything is loaded (pytest_collection_finish): nearly all of it stays.
    gc.disable()
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


def _measure_once() -> None:
    """In a process of xdist pytest-cov 7.1 begins to measure twice, and keeps only the second result."""
    if wanted := Coverage.current():
        wanted.stop()
        if unused := Coverage.current():
            unused.stop()
        wanted.start()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if reason := config.stash.get(NO_POSTGRESQL, None):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"no PostgreSQL: {reason}"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """The libraries stay until the end: the garbage collector need not walk through them again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """pytest looks for errors in garbage ten more times: once is enough."""
    gc.collect()
    gc.freeze()


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
def prepare(request: pytest.FixtureRequest) -> Callable[[Product], Product]:
    """Gives a product that has not started yet the files that its first start would make."""
    cache = request.config.cache

    def prepare(product: Product) -> Product:
        env = product.env | {"REDIS_URL": os.environ["REDIS_URL"]}
        collect_static_files(cache.mkdir("static"), product.folder, env)
        database = product.folder / "demo.sqlite3"
        if env["DATABASE_URL"].startswith("sqlite") and not database.exists():
            migrate(cache.mkdir("migrated"), database, env)
        return product

    return prepare


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, prepare: Callable[[Product], Product]
) -> Iterator[Product]:
    """The whole product, running: web process, worker, Redis and a fresh database of its own.

    With --postgresql, its Redis is behind a Unix socket: each of the four libraries that speak to Redis has
    its own idea of such a URL.
    """
    environ, folder = CLEAN_ENVIRON.copy(), tmp_path_factory.mktemp("stack")
    with ExitStack() as servers:
        if os.environ["DATABASE_URL"].startswith("postgresql"):
            environ["DATABASE_URL"] = _another_database(os.environ["DATABASE_URL"], "stack")
            environ["REDIS_URL"] = servers.enter_context(_redis_behind_a_socket(folder))
        product = Product(folder, port=free_port(), environ=environ)
        yield servers.enter_context(running(prepare(product)))


def _another_database(url: str, name: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rsplit('/', 1)[0]}/{name}"


@contextmanager
def _redis_behind_a_socket(folder: Path) -> Iterator[str]:
    place = folder / "r.sock"
    options = ["--port", "0", "--unixsocket", str(place), "--requirepass", "a/b", "--save", ""]
    server = Service("Redis server", [redis_binary(), *options], dict(os.environ), folder / "redis.log")
    server.start()
    try:
        yield f"unix://:a%2Fb@{place}?db=3"
    finally:
        server.stop()
