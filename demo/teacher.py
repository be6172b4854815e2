"""A teacher with the live page open: signs in through the page and listens to the live socket."""

import json
import time
from bisect import bisect_left

from websockets.asyncio.client import connect

from demo.visitor import Visitor


class Teacher:
    def __init__(self, url: str) -> None:
        self.url = url
        self.visitor = Visitor()
        # When each message came, and when the newest reading that it knows was captured.
        self.heard: list[tuple[float, float]] = []

    def sign_in(self, username: str, password: str) -> None:
        page = self.visitor.get(f"{self.url}/accounts/login/")
        self.visitor.submit(page, page.form_with("password"), username=username, password=password)

    async def watch(self, session_id: str) -> None:
        """Until the task is cancelled."""
        address = f"{self.url.replace('http', 'ws', 1)}/ws/live/{session_id}/?wire=2"
        cookie = {"Cookie": self.visitor.cookie_header}
        async with connect(address, origin=self.url, additional_headers=cookie) as live:
            async for message in live:
                self._hear(json.loads(message))

    def _hear(self, message: dict) -> None:
        newest = message.get("newest")
        if newest and (not self.heard or newest / 1000 > self.heard[-1][1]):
            self.heard.append((time.time(), newest / 1000))


def shown_after(shown: list[tuple[float, float]], taken_at: list[float]) -> list[float]:
    """Seconds from each capture to the first showing, (when, newest capture), of one as new as that."""
    newest = [taken for _when, taken in shown]
    places = [(taken, bisect_left(newest, taken)) for taken in taken_at]
    return [shown[place][0] - taken for taken, place in places if place < len(newest)]
