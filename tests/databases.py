"""The database of the tests: made once, with its permissions kept, and rows for all tests of a module."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.migrated import copied_or_made


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


@pytest.fixture(scope="session", autouse=True)
def only_with_a_mark(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django does so by itself where Django is set up earlier. Rows without a mark would stay."""
    with django_db_blocker.block():
        yield


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
