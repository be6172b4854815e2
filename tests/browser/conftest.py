"""A real headless Chromium, with a webcam that plays a clip."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from demo.product import Product
from testbed.chromium import FLAGS, find_chromium, find_headless_shell, install_chromium
from tests.browser.axe import fetch_axe
from tests.browser.clips import SMILE, Scene, clip
from tests.browser.contexts import keep_contexts
from tests.browser.failures import shown
from tests.browser.room import Console, Lesson, attend, lesson
from tests.browser.teacher import sign_in
from tests.waiting import SOON

CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
# Playwright switches a hidden tab's throttling off; a student's browser does not.
UNTHROTTLED = [
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Adds to a failure what every open page showed, and the ends of the product's logs."""
    report = yield
    if report.when == "call" and report.failed:
        report.sections += shown(item.funcargs)
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    if not find_chromium():
        install_chromium()
    if found := find_chromium():
        return found
    reason = "no Chrome or Chromium on the PATH, and none could be installed"
    if "CI" in os.environ:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with the tests of this folder: while its event loop runs, no async test can."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browsers() -> dict[tuple, Browser]:
    """All that run, by their flags."""
    return {}


@pytest.fixture(scope="package")
def launch(
    playwright: Playwright, chromium: str, browsers: dict[tuple, Browser]
) -> Iterator[Callable[..., Browser]]:
    """launch(*flags, throttled=False): one browser per set of flags, kept for the whole run.

    `windowed` is for what a Chromium without windows does otherwise.
    """
    shell = find_headless_shell() or chromium

    def launch(*flags: str, throttled: bool = False, windowed: bool = False) -> Browser:
        if (flags, throttled, windowed) not in browsers:
            browsers[flags, throttled, windowed] = keep_contexts(
                playwright.chromium.launch(
                    executable_path=chromium if windowed else shell,
                    args=[*FLAGS, *flags],
                    ignore_default_args=UNTHROTTLED if throttled else None,
                    timeout=1000 * SOON,
                )
            )
        return browsers[flags, throttled, windowed]

    yield launch
    for browser in browsers.values():
        browser.close()


@pytest.fixture(scope="package")
def browser(launch: Callable[..., Browser]) -> Browser:
    """A browser without any camera: the teacher's."""
    return launch()


@pytest.fixture(scope="session")
def clips() -> Iterator[Path]:
    """20 MB each: pytest's own folders would stay for three runs."""
    with TemporaryDirectory(prefix="classpulse-clips-") as folder:
        yield Path(folder)


@pytest.fixture
def webcam(launch: Callable[..., Browser], clips: Path) -> Iterator[Callable[..., BrowserContext]]:
    """webcam(SMILE, empty_room(5)): a student's browser whose camera plays these scenes in a loop.

    Further keywords go to Playwright's new_context, as viewport={"width": 390, "height": 844}.
    """
    contexts: list[BrowserContext] = []

    def webcam(*scenes: Scene, throttled: bool = False, **options: object) -> BrowserContext:
        film = f"--use-file-for-fake-video-capture={clip(clips, *scenes)}"
        browser = launch(*CAMERA, film, throttled=throttled)
        contexts.append(browser.new_context(permissions=["camera"], **options))
        return contexts[-1]

    yield webcam
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe_script(request: pytest.FixtureRequest) -> str | None:
    return fetch_axe(request.config.cache.mkdir("axe"))


@pytest.fixture
def axe(axe_script: str | None) -> str:
    if axe_script is None:
        pytest.skip("axe-core could not be fetched: no npm, or no registry")
    return axe_script


@pytest.fixture(scope="session")
def console(stack: Product) -> Iterator[Console]:
    console = Console(stack)
    yield console
    console.close()


@pytest.fixture
def waves(console: Console) -> Lesson:
    """A session in analytics mode that has just been opened."""
    return lesson(console)


@pytest.fixture
def complaints() -> list[str]:
    """The errors of the browser's console, such as a script that the content security policy blocks."""
    return []


@pytest.fixture
def live(browser: Browser, waves: Lesson, complaints: list[str]) -> Iterator[Page]:
    """The live page of a signed-in teacher of this session."""
    context = browser.new_context()
    yield sign_in(context, waves, complaints)
    context.close()


@pytest.fixture
def anna(webcam: Callable[..., BrowserContext], waves: Lesson) -> Page:
    """The page of a student who is in class and measured."""
    return attend(webcam(SMILE), waves)
