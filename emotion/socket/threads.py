"""Threads in which the sockets of a process ask the database."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from channels.db import database_sync_to_async
from django.conf import settings

# A class that arrives at once asks once for each connection. SQLite has one writer: more threads would wait.
in_database = partial(
    database_sync_to_async,
    thread_sensitive=False,
    executor=ThreadPoolExecutor(settings.SOCKET_DATABASE_THREADS, thread_name_prefix="sockets"),
)

# A thread for reconciliation alone: the ones that all sockets share may be waiting for a Redis that hangs.
in_reconciliation_thread = partial(
    database_sync_to_async,
    thread_sensitive=False,
    executor=ThreadPoolExecutor(max_workers=1, thread_name_prefix="reconciliation"),
)
