"""What is noted of every page: clicks, changing counts, errors, and names that it must not get."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import Any

from playwright.async_api import ConsoleMessage, Error, Locator, Page, Response, WebSocket

# Runs before the page's own scripts. `seen` has each new text of what is watched, with its time.
NOTE = """{
  const watched = {
    answered: "[data-part=answered], .ask-count strong",
    lost: "[data-part=lostCount]",
    present: "[data-part=present]",
  };
  window.clicks = [];
  window.seen = { answered: [], lost: [], present: [] };
  document.addEventListener("click", () => clicks.push(Date.now()), { capture: true });
  const look = () => {
    for (const [name, selector] of Object.entries(watched)) {
      const text = document.querySelector(selector)?.textContent.trim() ?? "";
      if (text !== seen[name].at(-1)?.[1]) seen[name].push([Date.now(), text]);
    }
  };
  const all = { childList: true, subtree: true, characterData: true };
  document.addEventListener("DOMContentLoaded", () => new MutationObserver(look).observe(document.body, all));
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
# Of a projector, which nobody can scroll.
HIDDEN_PIXELS = """() => {
  const hidden = (place) => [place.scrollHeight - place.clientHeight, place.scrollWidth - place.clientWidth];
  return Math.max(...Array.from(document.querySelectorAll(".projector, .projector-body"), hidden).flat());
}"""


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


class Watched:
    """A page with its errors, and with what reached it that names somebody else."""

    def __init__(self, page: Page, who: str, others: Callable[[], Collection[str]]) -> None:
        self.page, self.who, self._others = page, who, others
        self.errors: list[str] = []
        self.leaks: list[str] = []
        self.expects_errors = False
        self._reading: set[asyncio.Task[None]] = set()
        page.on("console", self._note_line)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", self._listen)
        page.on("response", self._read)

    def _note_line(self, line: ConsoleMessage) -> None:
        # Without a network, the browser itself complains of each request.
        if line.type == "error" and not self.expects_errors:
            self.errors.append(line.text)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.search(payload, "a message"))

    def _read(self, response: Response) -> None:
        if "json" in response.headers.get("content-type", ""):
            reading = asyncio.create_task(self._search_response(response))
            self._reading.add(reading)
            reading.add_done_callback(self._reading.discard)

    async def _search_response(self, response: Response) -> None:
        # The page may have gone on.
        with suppress(Error):
            self.search(await response.text(), response.url)

    def search(self, content: str | bytes, where: str) -> None:
        text = content if isinstance(content, str) else content.decode(errors="ignore")
        self.leaks += [f"{name} in {where}" for name in self._others() if name in text]

    async def search_page(self) -> None:
        self.search(await self.page.content(), "the page")


async def clicked_at(page: Page) -> float:
    """The time of the last click, in seconds since 1970."""
    return float(await page.evaluate("clicks.at(-1)")) / 1000


async def shown(page: Page, name: str, since: float) -> list[tuple[float, int]]:
    """Each number that was shown of it since then, with its time."""
    texts: list[list[Any]] = await page.evaluate(f"seen.{name}")
    numbers = [(at / 1000, text.split()[0]) for at, text in texts if text]
    return [(at, int(number)) for at, number in numbers if at >= since and number.isdigit()]


def behind(clicks: Iterable[float], counts: list[tuple[float, int]]) -> list[float]:
    """Seconds from the nth click until n or more were shown. Clicks that were never shown are left out."""
    found = []
    for place, clicked in enumerate(sorted(clicks), start=1):
        at = next((at for at, count in counts if count >= place and at >= clicked - 0.005), None)
        if at is not None:
            found.append(max(0.0, at - clicked))
    return found
