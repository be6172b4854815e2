"""One instance for each event loop, because asyncio's locks and tasks belong to the loop that runs them."""

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

Instance = TypeVar("Instance")


def per_loop(create: Callable[[], Instance]) -> Callable[[], Instance]:
    """Make a function return the same instance whenever it is called under the same event loop."""
    instances: WeakKeyDictionary[asyncio.AbstractEventLoop, Instance] = WeakKeyDictionary()

    @wraps(create)
    def of_running_loop() -> Instance:
        loop = asyncio.get_running_loop()
        if loop not in instances:
            instances[loop] = create()
        return instances[loop]

    return of_running_loop
