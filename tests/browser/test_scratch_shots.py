
import pytest
from playwright.sync_api import expect
from tests.browser.room import join, lesson, part, pass_check, expect_reading
from tests.browser.clips import SMILE
pytestmark = [pytest.mark.browser, pytest.mark.stack]
OUT = "/tmp/room/"
SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desktop": (1280, 800)}

def shoot(page, name):
    for label, (w, h) in SIZES.items():
        page.set_viewport_size({"width": w, "height": h})
        for theme in ("light", "dark"):
            if theme == "dark" and label == "tablet": continue
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(150)
            page.screenshot(path=f"{OUT}{name}-{label}-{theme}.png")
            if label == "phone" and theme == "light":
                page.screenshot(path=f"{OUT}{name}-{label}-full.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="light")

def test_shots(browser, webcam, console, waves):
    talk = lesson(console, mode="participation")
    page = join(browser.new_context(viewport={"width": 390, "height": 844}), talk, button=None)
    page.wait_for_timeout(300)
    shoot(page, "idle")
    talk.lead("tools-change", hands_are_allowed="on", questions="anonymous")
    talk.lead("question-ask", kind="choice", text="Which wave carries the most energy?", option=["The longest one", "The one with the greatest amplitude, whatever its frequency is", "The fastest one", "All the same"], right="1", anonymous="on", seconds="90")
    page.get_by_role("button", name="The longest one").click()
    expect(part(page, "question")).to_contain_text("Answer saved")
    part(page, "lost").click()
    page.wait_for_timeout(300)
    shoot(page, "choice")
    page.wait_for_timeout(700)
    talk.lead("lost-acknowledge")
    talk.lead("question-ask", kind="scale", text="How sure are you?", low="not at all", high="very")
    talk.lead("timer", seconds="300", label="Reading")
    part(page, "hand").click()
    page.wait_for_timeout(300)
    shoot(page, "scale")
    talk.lead("question-ask", kind="word", text="Today in one word?", anonymous="on")
    page.wait_for_timeout(300)
    shoot(page, "word")
    talk.lead("question-ask", kind="choice", text="Clear?", option=["Yes", "No"], right="0")
    page.get_by_role("button", name="Yes").click()
    expect(part(page, "question")).to_contain_text("Answer saved")
    talk.ask("session.questions.get(closed_at=None).close()")
    talk.lead("pick")
    page.wait_for_timeout(500)
    for fold in page.locator("details.fold:visible > summary").all():
        fold.click()
    shoot(page, "closed")
    anna = join(webcam(SMILE, viewport={"width": 390, "height": 844}), waves)
    pass_check(anna)
    expect_reading(anna)
    shoot(anna, "camera")
    for fold in anna.locator("details.fold:visible > summary").all():
        fold.click()
    anna.wait_for_timeout(400)
    shoot(anna, "camera-open")
    anna.context.set_offline(True)
    anna.wait_for_timeout(1000)
    shoot(anna, "offline")
    waves.ask("session.close()")
    anna.context.set_offline(False)
    expect(part(anna, "endedTitle")).to_be_visible()
    shoot(anna, "ended")
