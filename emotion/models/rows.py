"""Insert many rows of one table in one statement.

``bulk_create`` asks each field of each object for its value in five steps, and writing a reading then costs
as much as finding a face. The values here are our own, so they have the types that the database takes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection, models

# Rows in one statement: SQLite takes at least 999 values.
AT_ONCE = 40

KEEP = "ON CONFLICT DO NOTHING"


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple], conflict: str) -> None:
    """Insert rows whose values are in the order of the fields' names, as the database takes them."""
    place = f"({', '.join(['%s'] * len(names))})"
    head = f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(_columns(model, names))}) VALUES"
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(f"{head} {', '.join([place] * len(some))} {conflict}", [*chain(*some)])


def replace(model: type[models.Model], unique: Sequence[str], others: Sequence[str]) -> str:
    """Return the conflict clause for ``insert`` by which an existing row takes the new values."""
    taken = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(model, others))
    return f"ON CONFLICT ({', '.join(_columns(model, unique))}) DO UPDATE SET {taken}"


def uuid(value: UUID) -> UUID | str:
    return value if connection.features.has_native_uuid_field else value.hex


def moment(value: datetime) -> datetime | str | None:
    return connection.ops.adapt_datetimefield_value(value)


def _columns(model: type[models.Model], names: Iterable[str]) -> list[str]:
    columns = {field.name: field.column for field in model._meta.concrete_fields if field.column}
    return [_quoted(columns[name]) for name in names]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
