"""Browser contexts that are used again: in a new one a page loads and compiles every script anew."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial

from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize

from tests.waiting import SOON

# What else than cookies and pages would stay from one test to the next. The first can be taken back.
TAKEN_BACK = ("add_init_script", "expose_binding", "route")
CHANGES = ("grant_permissions", "on", "route_web_socket")
# Playwright's own.
SCREEN: ViewportSize = {"width": 1280, "height": 720}
CLOCK = ("install", "pause_at", "set_fixed_time", "set_system_time")


def keep_contexts(browser: Browser) -> Browser:
    """Lets new_context() of this browser return one with the same options that a test has closed, emptied.

    Pages have as long to load and to become clickable as a test waits for anything. Browsers are British, so
    that a time of day is 14:05:07; test_languages.py has those of other countries.
    """
    open_context = browser.new_context
    closed: dict[str, list[BrowserContext]] = {}

    def new_context(viewport: ViewportSize = SCREEN, **options: object) -> BrowserContext:
        options = {"locale": "en-GB"} | options
        if options.get("is_mobile"):
            options["viewport"] = viewport
        kept = closed.setdefault(repr(sorted(options.items())), [])
        context = kept.pop() if kept else opened(options, kept.append)
        context.new_page = partial(_new_page, context, viewport)
        return context

    def opened(options: dict, keep: Callable[[BrowserContext], None]) -> BrowserContext:
        context = open_context(**options)
        context.set_default_timeout(1000 * SOON)
        _clear_instead_of_closing(context, bool(options.get("offline")), keep)
        return context

    browser.new_context = new_context
    return browser


def _new_page(context: BrowserContext, viewport: ViewportSize) -> Page:
    """Screens of every size share a context: each page is resized before it loads anything."""
    page = BrowserContext.new_page(context)
    if page.viewport_size != viewport:
        page.set_viewport_size(viewport)
    return page


def _clear_instead_of_closing(
    context: BrowserContext, is_offline: bool, keep: Callable[[BrowserContext], None]
) -> None:
    """A context that a test changed for good is closed: the next test would find it so."""
    really_close, changes = context.close, []
    taken_back: list[AbstractContextManager] = []

    def close() -> None:
        if changes:
            return really_close()
        for page in context.pages:
            # A page that shows none of ours has no storage.
            with suppress(Error):
                page.evaluate("localStorage.clear()")
            page.close()
        while taken_back:
            taken_back.pop().__exit__(None, None, None)
        context.clear_cookies()
        context.set_offline(is_offline)
        return keep(context)

    context.close = close
    for name in TAKEN_BACK:
        setattr(context, name, _noting(getattr(context, name), taken_back))
    for part, names in ((context, CHANGES), (context.clock, CLOCK)):
        for name in names:
            setattr(part, name, _noting(getattr(part, name), changes))


def _noting(method: Callable, results: list) -> Callable:
    def changing(*arguments: object, **options: object) -> object:
        results.append(method(*arguments, **options))
        return results[-1]

    return changing
