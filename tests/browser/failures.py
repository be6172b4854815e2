"""What a failed test shows of its browsers and its product."""

from collections.abc import Iterator

from playwright.sync_api import Error, Page


def shown(fixtures: dict) -> list[tuple[str, str]]:
    """Sections for pytest's report: the text of every open page, and the ends of the product's logs."""
    return [*_pages(fixtures), *_logs(fixtures)]


def _pages(fixtures: dict) -> Iterator[tuple[str, str]]:
    for browser in fixtures.get("browsers", {}).values():
        for context in browser.contexts:
            yield from ((f"page {page.url}", _text(page)) for page in context.pages)


def _text(page: Page) -> str:
    try:
        return page.inner_text("body", timeout=1000)
    except Error as error:
        return f"It cannot be read: {error}"


def _logs(fixtures: dict) -> Iterator[tuple[str, str]]:
    if product := fixtures.get("stack"):
        for name, service in product.services.items():
            yield f"log of {name}", service.log_tail()
