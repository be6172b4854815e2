"""Django's ASGI handler, with one hop to a thread for each request.

Under ASGI Django runs each synchronous middleware in two hops to the request's thread and the view in
another: about twenty, which cost more than the work. Here the view and all middleware around it run in one
hop, up to the first middleware that is asynchronous only: servestatic's.

It overrides an internal of Django: tests/test_private_apis.py fails when it changes.
"""

from collections.abc import Callable
from typing import Any

from django.core.handlers.asgi import ASGIHandler


class OneHopHandler(ASGIHandler):
    def load_middleware(self, is_async: bool = False) -> None:
        """Begin with a synchronous view, whatever Django asks for."""
        super().load_middleware(is_async=False)

    def adapt_method_mode(
        self,
        is_async: bool,
        method: Callable[..., Any],
        method_is_async: bool | None = None,
        debug: bool = False,
        name: str | None = None,
    ) -> Callable[..., Any]:
        # Only the top of the chain comes without a name and with its mode. The handler awaits it.
        is_top = method_is_async is not None and name is None
        return super().adapt_method_mode(is_async or is_top, method, method_is_async, debug, name)
