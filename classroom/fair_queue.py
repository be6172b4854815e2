"""So many at once; of those who wait, addresses take turns, and at one address its accounts.

Whoever sends a hundred passwords waits for a hundred; somebody else waits for one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from threading import Lock


class FairQueue:
    """For all event loops of a process. Who waits occupies no thread and no database connection."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = Lock()
        self._waiting: dict[str, dict[str, deque[Future]]] = {}  # in the order of their turns

    @asynccontextmanager
    async def turn(self, address: str, account: str) -> AsyncIterator[None]:
        mine: Future[None] = Future()
        with self._lock:
            self._waiting.setdefault(address, {}).setdefault(account, deque()).append(mine)
            self._call_next()
        try:
            await asyncio.wrap_future(mine)
            yield
        finally:
            with self._lock:
                if not mine.cancel():  # cancelled, it had no turn that could be passed on
                    self._free += 1
                self._call_next()

    def _call_next(self) -> None:
        while self._free and self._waiting:
            one = self._take_first()
            if one.set_running_or_notify_cancel():  # False for who has gone meanwhile
                self._free -= 1
                one.set_result(None)

    def _take_first(self) -> Future:
        """Of the first account of the first address; both then go to the end."""
        address = next(iter(self._waiting))
        accounts = self._waiting.pop(address)
        account = next(iter(accounts))
        own = accounts.pop(account)
        first = own.popleft()
        if own:
            accounts[account] = own
        if accounts:
            self._waiting[address] = accounts
        return first
