"""Threads that are lent to requests, one after the other.

Django gives each request a thread of its own and ends it afterwards, which costs more than many a view: two
threads begin and end, and a connection to the database with them.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

from .bodies import Application, Receive, Scope, Send

# More than work at the same moment on a few cores. Those that a crowd needs besides end with their request.
KEPT = 8


class RequestThreads:
    """Runs the synchronous parts of each request in one thread, which the next request gets."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._idle: list[ThreadPoolExecutor] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._thread() as thread:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)

    @contextmanager
    def _thread(self) -> Iterator[ThreadPoolExecutor]:
        """Lend an idle thread, or a new one: no request waits for another."""
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            yield thread
        finally:
            if len(self._idle) < KEPT:
                self._idle.append(thread)
            else:
                thread.submit(connections.close_all)
                thread.shutdown(wait=False)
