"""A teacher's real browser on the live page: when what it knows was painted, and what kept it busy."""

from dataclasses import dataclass

from playwright.async_api import Page, async_playwright

from demo.students import percentiles
from demo.teacher import shown_after
from tests.browser.chromium import FLAGS, find_chromium

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
STARTING = 10_000  # milliseconds in which Plotly is loaded: long tasks of a page that opens, not of a lesson


@dataclass
class Watching:
    """What the browser saw in a lesson."""

    redraws: dict[str, list[tuple[float, float]]]  # (painted, newest capture)
    long_tasks: list[tuple[float, float]]  # (start, duration), milliseconds

    def latencies(self, taken_at: list[float]) -> dict[str, dict]:
        return {
            "capture to redraw in the browser": self._after("classpulse:redraw", taken_at),
            "capture to the redrawn chart": self._after("classpulse:chart", taken_at),
        }

    def _after(self, mark: str, taken_at: list[float]) -> dict[str, float] | None:
        """Of what was captured since the page was there to show it."""
        shown = self.redraws[mark]
        opened = shown[0][0] if shown else 0
        return percentiles(shown_after(shown, [taken for taken in taken_at if taken >= opened]))

    def busy(self) -> dict[str, float]:
        longest = [round(duration) for start, duration in self.long_tasks if start > STARTING]
        opening = [round(duration) for start, duration in self.long_tasks if start <= STARTING]
        return {
            "redraws": len(self.redraws["classpulse:redraw"]),
            "tasks over 50 ms": len(longest),
            "longest task (ms)": max(longest, default=0),
            "longest task while opening (ms)": max(opening, default=0),
        }


class Screen:
    """Opened in a lesson, asked and closed at its end."""

    async def open(self, url: str, session_id: str, username: str, password: str) -> None:
        if not (chromium := find_chromium()):
            raise SystemExit("--browser needs Chrome or Chromium.")
        self.playwright = await async_playwright().start()
        self.browser = await self.playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        self.page: Page = await self.browser.new_page(viewport=SIZE)
        await self.page.add_init_script(LISTEN)
        await self.page.goto(f"{url}/accounts/login/?next=/sessions/{session_id}/")
        await self.page.fill("input[name=username]", username)
        await self.page.fill("input[name=password]", password)
        await self.page.press("input[name=password]", "Enter")
        await self.page.wait_for_url(f"{url}/sessions/{session_id}/")

    async def close(self) -> Watching:
        seen = await self.page.evaluate("({ redraws, longTasks })")
        await self.browser.close()
        await self.playwright.stop()
        return Watching(seen["redraws"], seen["longTasks"])
