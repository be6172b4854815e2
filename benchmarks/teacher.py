"""A simulated teacher: signs in through the page and receives what the live page would show."""

import json
import time
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from websockets.asyncio.client import connect
from websockets.typing import Origin

from demo.web_client import WebClient


class Shown(NamedTuple):
    """The teacher's side showed everything captured up to `newest`. Both are seconds since 1970."""

    at: float
    newest: float


class SimulatedTeacher:
    def __init__(self, site: str) -> None:
        self.site = site
        self.shown: list[Shown] = []
        self._web = WebClient()

    def sign_in(self, username: str, password: str) -> None:
        page = self._web.get(f"{self.site}/accounts/login/")
        self._web.submit(page, page.form_with("password"), username=username, password=password)

    def close_session(self, session_id: str) -> None:
        self._web.post(f"{self.site}/sessions/{session_id}/close/")

    async def watch(self, session_id: str) -> None:
        """Receive the live page's messages until the task is cancelled."""
        url = f"{self.site.replace('http', 'ws', 1)}/ws/live/{session_id}/?wire=2"
        headers = {"Cookie": self._web.cookie_header}
        async with connect(url, origin=Origin(self.site), additional_headers=headers) as live:
            async for message in live:
                self._handle(json.loads(message))

    def _handle(self, message: dict[str, Any]) -> None:
        newest = message.get("newest")
        if newest and (not self.shown or newest / 1000 > self.shown[-1].newest):
            self.shown.append(Shown(time.time(), newest / 1000))


def display_delays(shown: Sequence[Shown], taken_at: Sequence[float]) -> list[float]:
    """Seconds from each capture until something at least as new was shown, without captures never shown."""
    newest = [one.newest for one in shown]
    places = [(taken, bisect_left(newest, taken)) for taken in taken_at]
    return [shown[place].at - taken for taken, place in places if place < len(newest)]
