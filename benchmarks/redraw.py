"""A real browser on the teacher's live page, for `benchmarks.load --browser`: its paints and long tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import async_playwright

from benchmarks.teacher import Shown, display_delays
from demo.client_stats import percentiles
from testbed.chromium import FLAGS, find_chromium

SIZE = {"width": 1280, "height": 900}
# What the page marks as painted (static/js/live/paint-timing.js), in seconds, and tasks of more than 50 ms.
LISTEN = """{
  const seconds = (milliseconds) => milliseconds / 1000;
  window.redraws = { "classpulse:redraw": [], "classpulse:chart": [] };
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { name, startTime, detail } of list.getEntries()) {
      window.redraws[name]?.push([seconds(performance.timeOrigin + startTime), seconds(detail.newest)]);
    }
  }).observe({ type: "mark" });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push([startTime, duration]);
  }).observe({ type: "longtask" });
}"""
# The first milliseconds of a page, in which Plotly loads. Long tasks in them are counted separately.
OPENING_MS = 10_000


@dataclass
class BrowserRecord:
    """What the browser painted and how busy it was in a lesson."""

    # By the name of the page's mark.
    redraws: dict[str, list[Shown]]
    long_tasks: list[tuple[float, float]]  # (start, duration) in milliseconds

    def latencies(self, taken_at: Sequence[float]) -> dict[str, dict[str, float] | None]:
        return {
            "capture to redraw in the browser": self._latency("classpulse:redraw", taken_at),
            "capture to the redrawn chart": self._latency("classpulse:chart", taken_at),
        }

    def _latency(self, mark: str, taken_at: Sequence[float]) -> dict[str, float] | None:
        """The delays of the frames that were captured after the page was first painted."""
        shown = self.redraws[mark]
        opened = shown[0].at if shown else 0
        return percentiles(display_delays(shown, [taken for taken in taken_at if taken >= opened]))

    def load(self) -> dict[str, int]:
        running = [round(duration) for start, duration in self.long_tasks if start > OPENING_MS]
        opening = [round(duration) for start, duration in self.long_tasks if start <= OPENING_MS]
        return {
            "redraws": len(self.redraws["classpulse:redraw"]),
            "tasks over 50 ms": len(running),
            "longest task (ms)": max(running, default=0),
            "longest task while opening (ms)": max(opening, default=0),
        }


class LiveBrowser:
    """Chromium on the live page during one lesson. ``close`` returns what it recorded."""

    async def open(self, url: str, session_id: str, username: str, password: str) -> None:
        if not (chromium := find_chromium()):
            raise SystemExit("--browser needs Chrome or Chromium.")
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        self._page = await self._browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        await self._page.add_init_script(LISTEN)
        await self._page.goto(f"{url}/accounts/login/?next=/sessions/{session_id}/")
        await self._page.fill("input[name=username]", username)
        await self._page.fill("input[name=password]", password)
        await self._page.press("input[name=password]", "Enter")
        await self._page.wait_for_url(f"{url}/sessions/{session_id}/")

    async def close(self) -> BrowserRecord:
        recorded: dict[str, Any] = await self._page.evaluate("({ redraws, longTasks })")
        await self._browser.close()
        await self._playwright.stop()
        redraws = {name: [Shown(*one) for one in marks] for name, marks in recorded["redraws"].items()}
        return BrowserRecord(redraws, [(start, duration) for start, duration in recorded["longTasks"]])
