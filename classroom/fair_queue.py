"""Fair queueing: limited concurrency, with turns by address and then by account.

Somebody who sends a hundred passwords waits for a hundred; somebody else waits for one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from threading import Lock


class FairQueue:
    """A queue for all event loops of a process. Those who wait occupy no thread."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = Lock()
        # Those who wait, by address and then by account. Both levels are in the order of their turns.
        self._waiting: dict[str, dict[str, deque[Future[None]]]] = {}

    @asynccontextmanager
    async def turn(self, address: str, account: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it until the block ends."""
        mine: Future[None] = Future()
        with self._lock:
            self._waiting.setdefault(address, {}).setdefault(account, deque()).append(mine)
            self._start_waiting()
        try:
            await asyncio.wrap_future(mine)
            yield
        finally:
            with self._lock:
                # A future that can still be cancelled never had its turn.
                if not mine.cancel():
                    self._free += 1
                self._start_waiting()

    def _start_waiting(self) -> None:
        while self._free and self._waiting:
            one = self._pop_next()
            # False if the client went away meanwhile.
            if one.set_running_or_notify_cancel():
                self._free -= 1
                one.set_result(None)

    def _pop_next(self) -> Future[None]:
        """Take from the first account of the first address, and move both to the end."""
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
