"""Where a lesson is played: the product, a few browsers, and the pages of everybody in it."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright, expect

from benchmarks.lesson.pages import HIDDEN_PIXELS, NOTE, TOO_WIDE, Watched, part
from benchmarks.lesson.record import PATIENCE, Record
from benchmarks.lesson.student import NAMES, Student
from benchmarks.redraw import LISTEN
from demo.product import Product
from demo.video import Look, jpegs
from testbed.chromium import COUNT_CAMERAS, FLAGS, find_chromium, find_headless_shell
from testbed.inside import call

CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
WALLS = {"16:9": {"width": 1280, "height": 720}, "4:3": {"width": 1024, "height": 768}}
# Browser processes of students. Each plays one film to all of its pages.
FILMS = 4
# Chromium plays 30 pictures a second of a film, and demo/video.py has five.
REPEATS = 6
TITLE = "Tides"


class Stage:
    def __init__(self, product: Product, record: Record, *, mode: str, students: int, cameras: int) -> None:
        self.product, self.record, self.mode = product, record, mode
        self.students = [self._student(number, cameras) for number in range(students)]
        self.teacher: Watched
        self.projectors: dict[str, Watched] = {}
        self.session_id = self.code = ""
        # How many students answered each question, by its text, in the order of asking.
        self.asked: list[tuple[str, int]] = []
        # Who answered each question that had names.
        self.named: dict[str, list[str]] = {}
        self.erased = ""
        self.is_open = True

    def _student(self, number: int, cameras: int) -> Student:
        camera = ("own_line" if number % 2 else "class_only") if number < cameras else None
        return Student(NAMES[number], is_phone=number % 2 == 0, camera=camera, film=number % FILMS)

    @property
    def site(self) -> str:
        return self.product.url

    @property
    def live(self) -> Page:
        return self.teacher.page

    @property
    def here(self) -> list[Student]:
        """The students in class whose pages can be used."""
        return [one for one in self.students if hasattr(one, "watched") and not (one.is_gone or one.is_away)]

    def others(self, own: str = "") -> Collection[str]:
        return [one.name for one in self.students if one.name != own]

    async def call(self, function: str, **arguments: Any) -> Any:
        return await asyncio.to_thread(call, self.product, function, **arguments)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        expect.set_options(timeout=1000 * PATIENCE)
        async with async_playwright() as playwright:
            with tempfile.TemporaryDirectory(prefix="classpulse-films-") as folder:
                self._browsers = [
                    await _launch(playwright, Path(folder), film if self.has_cameras else None)
                    for film in range(FILMS)
                ]
                self._own = await _launch(playwright, Path(folder), None)
                yield
                for browser in (*self._browsers, self._own):
                    await browser.close()

    @property
    def has_cameras(self) -> bool:
        return self.mode != "participation"

    async def enter(self, student: Student) -> None:
        """Give this student a browser and let them join."""
        student.context = await self._context(
            self._browsers[student.film],
            **(PHONE if student.is_phone else LAPTOP),
            permissions=["camera"] if student.camera else [],
        )
        await self.new_page(student)
        await student.join(self.site, self.code)

    async def new_page(self, student: Student) -> Page:
        student.watched = await self.watch(student.context, student.name, own=student.name)
        return student.page

    async def open_teacher(self) -> Page:
        context = await self._context(self._own, **LAPTOP)
        self.teacher = await self.watch(context, "teacher", own=None)
        return self.live

    async def open_projectors(self) -> None:
        """Second screens, in a browser that is not signed in."""
        link = (
            await part(self.live, "askPanel").page.get_by_role("link", name="Projector").get_attribute("href")
        )
        token = (await self.live.context.request.get(f"{self.site}{link}")).url
        for name, size in WALLS.items():
            context = await self._context(self._own, viewport=size)
            self.projectors[name] = await self.watch(context, f"projector {name}")
            await self.projectors[name].page.goto(token)
            await expect(part(self.projectors[name].page, "present")).not_to_be_empty()

    async def _context(self, browser: Browser, **options: Any) -> BrowserContext:
        context = await browser.new_context(locale="en-GB", **options)
        context.set_default_timeout(1000 * PATIENCE)
        await context.add_init_script(COUNT_CAMERAS)
        await context.add_init_script(NOTE)
        return context

    async def watch(self, context: BrowserContext, who: str, *, own: str | None = "") -> Watched:
        """A new page. With `own`, every name but this one is looked for in all that it gets."""
        page = await context.new_page()
        if own is None:
            await page.add_init_script(LISTEN)
            return Watched(page, who, list)
        return Watched(page, who, lambda: self.others(own))

    async def sweep(self) -> None:
        """What has to hold of every page at any time."""
        pages = [one.watched for one in self.here] + list(self.projectors.values())
        wide = []
        for watched in [*pages, self.teacher]:
            if await watched.page.evaluate(TOO_WIDE) > 0:
                wide.append(watched.who)
        for watched in pages:
            await watched.search_page()
        hidden = {name: await one.page.evaluate(HIDDEN_PIXELS) for name, one in self.projectors.items()}
        self.record.claim("no page is wider than its screen", not wide, wide)
        self.record.claim(
            "everything fits on the projectors", all(pixels <= 1 for pixels in hidden.values()), hidden
        )
        leaks = [f"{one.who} got {leak}" for one in pages for leak in one.leaks]
        self.record.claim("no page of a student or projector got another student's name", not leaks, leaks)
        errors = [f"{one.who}: {error}" for one in [*pages, self.teacher] for error in one.errors]
        self.record.claim("no page has an error in its console", not errors, errors)
        for watched in [*pages, self.teacher]:
            watched.leaks.clear()
            watched.errors.clear()

    async def expect_present(self, count: int, patience: float = PATIENCE) -> None:
        for who, page in {"teacher": self.live, **{k: v.page for k, v in self.projectors.items()}}.items():

            async def look(page: Page = page) -> str:
                return (await part(page, "present").inner_text()).split()[0]

            await self.record.becomes(f"{count} in class ({who})", look, str(count), patience)


async def _launch(playwright: Playwright, folder: Path, film: int | None) -> Browser:
    flags = [*FLAGS]
    if film is not None:
        flags += [*CAMERA, f"--use-file-for-fake-video-capture={_film(folder, film)}"]
    chromium = find_headless_shell() or find_chromium()
    if not chromium:
        raise SystemExit("A lesson needs Chrome or Chromium.")
    return await playwright.chromium.launch(
        executable_path=chromium, args=flags, env={**os.environ, "LANG": "en_GB"}
    )


def _film(folder: Path, number: int) -> Path:
    """The face video as one camera shows it, each from another second on."""
    pictures = jpegs(Look.number(3 * number))
    begin = number * len(pictures) // FILMS
    path = folder / f"{number}.mjpeg"
    path.write_bytes(b"".join(picture * REPEATS for picture in pictures[begin:] + pictures[:begin]))
    return path
