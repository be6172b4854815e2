"""A student of the lesson: a browser context with a page, and what somebody does with it."""

from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import BrowserContext, CDPSession, Error, Locator, Page, expect

from benchmarks.lesson.pages import Watched, part
from testbed.chromium import CAMERAS_ON

NAMES = [
    "Anouk Brandsma",
    "Bartolo Cenci",
    "Chidera Duru",
    "Dagny Ekholm",
    "Efraim Fuchs",
    "Fatoumata Gaye",
    "Gwendal Hervo",
    "Hyacinth Ivory",
    "Ilmari Jokela",
    "Jasmina Kovac",
    "Kasimir Lund",
    "Leonora Mazur",
    "Maximo Navarro",
    "Nanami Okabe",
    "Oluchi Pereira",
    "Perpetua Quint",
    "Quentin Roux",
    "Ragnhild Sunde",
    "Sidonie Tavares",
    "Thaddeus Umar",
    "Ulrika Vinter",
    "Valdemar Wiese",
    "Wilhelmina Xu",
    "Xiomara Ybarra",
    "Yevgenia Zorn",
    "Zacharias Abt",
    "Aurelio Bonnet",
    "Brunhild Cruz",
    "Cosima Delgado",
    "Demetrius Ertel",
]


@dataclass(frozen=True)
class Answer:
    """What one student says to one question: options of a choice, a value of a scale, or words."""

    options: tuple[str, ...] = ()
    value: str = ""
    text: str = ""
    several: bool = False


class Student:
    def __init__(self, name: str, *, is_phone: bool, camera: str | None, film: int) -> None:
        self.name, self.is_phone, self.camera, self.film = name, is_phone, camera, film
        self.context: BrowserContext
        self.watched: Watched
        # No page can be asked of a student whose lid is closed.
        self.is_away = False
        self.is_gone = False

    @property
    def page(self) -> Page:
        return self.watched.page

    @property
    def question(self) -> Locator:
        return part(self.page, "question")

    def option(self, name: str) -> Locator:
        return self.question.get_by_role("button", name=name)

    async def join(self, site: str, code: str) -> None:
        await self.page.goto(f"{site}/join/?code={code}")
        await self.page.get_by_label("Your name").fill(self.name)
        await self.page.get_by_role("button", name="Continue").click()
        await self.page.wait_for_url("**/room/**")
        if "/start/" in self.page.url:
            await self._choose()
        await expect(part(self.page, "connection")).to_have_text("Connected")
        await expect(self.page.locator("#class")).to_be_visible()

    async def _choose(self) -> None:
        if self.camera == "own_line":
            await self.page.get_by_role("checkbox").check()
        wish = "Join with camera" if self.camera else "Join without camera"
        await self.page.get_by_role("button", name=wish, exact=True).click()
        if self.camera:
            await expect(part(self.page, "ready")).to_be_enabled()
            await part(self.page, "ready").click()

    async def answer(self, answer: Answer) -> None:
        for option in answer.options:
            await self.option(option).click()
        if answer.value:
            await self.option(answer.value).click()
        if answer.text:
            await self.question.get_by_role("textbox").fill(answer.text)
        if answer.text or answer.several:
            await self.question.get_by_role("button", name="Send").click()
        await expect(self.question).to_contain_text("Answer saved")

    async def press(self, name: str) -> None:
        await part(self.page, name).click()

    async def unfold(self, summary: str) -> None:
        fold = self.page.locator("details.fold", has_text=summary).first
        if await fold.get_attribute("open") is None:
            await fold.locator("summary").first.click()

    async def ask(self, text: str) -> None:
        await self.unfold("Ask your teacher")
        await part(self.page, "askText").fill(text)
        await part(self.page, "askForm").get_by_role("button", name="Ask").click()
        await expect(part(self.page, "askStatus")).to_contain_text("Sent.")

    async def vote(self, text: str) -> None:
        await self.unfold("Ask your teacher")
        vote = part(self.page, "askedList").get_by_role("button", name=text)
        await vote.click()
        await expect(vote).to_have_attribute("aria-pressed", "true")

    async def leave(self, how: str) -> None:
        """`how` is "leave" or "erase"."""
        await self.unfold("Leaving")
        await self.press(how)
        await self.page.locator(f"#{how}-dialog [value=confirm]").click()

    async def confirm_identity(self) -> None:
        """Answers where the page asks whether it is still the same person."""
        yes = self.page.get_by_role("button", name=f"Yes, I am {self.name}")
        connected = part(self.page, "connection").get_by_text("Connected", exact=True)
        await expect(yes.or_(connected).first).to_be_visible()
        # It may connect by itself between the two looks.
        with suppress(Error):
            if await yes.is_visible():
                await yes.click(timeout=5000)
        await expect(part(self.page, "connection")).to_have_text("Connected")

    async def cameras_on(self) -> int:
        return int(await self.page.evaluate(CAMERAS_ON))

    async def close_lid(self) -> CDPSession:
        """Closes the laptop: no network, and the page stands still."""
        devtools = await self.context.new_cdp_session(self.page)
        self.is_away = self.watched.expects_errors = True
        await self.context.set_offline(True)
        await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
        return devtools

    async def open_lid(self, devtools: CDPSession) -> None:
        await devtools.send("Page.setWebLifecycleState", {"state": "active"})
        await self.context.set_offline(False)
        self.is_away = self.watched.expects_errors = False
