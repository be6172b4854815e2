"""The student's page as a screen reader has it: names, states, order, and what is said by itself."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import join, lesson, part
from tests.waiting import expect_value

pytestmark = [pytest.mark.browser, pytest.mark.stack]
ASKED = {"kind": "choice", "text": "Which one?", "option": ["Sound", "Light"], "seconds": "60"}

IN_CLASS = """
- banner:
  - heading "Waves" [level=1]
  - status: Connected
- main:
  - region "In class":
    - heading "In class" [level=2]
    - region "Which one?":
      - heading "Which one?" [level=3]
      - group "Which one?":
        - button "A Sound"
        - button "B Light" [pressed]
      - status: Answer saved
    - button "I'm lost"
    - button "Hand up" [pressed]
    - group "Pace":
      - button "Too slow"
      - button "Fine"
      - button "Too fast"
    - group "Difficulty":
      - button "Too easy"
      - button "Fine"
      - button "Too hard"
    - group:
      - heading "Ask your teacher" [level=3]
    - group:
      - heading "What your teacher sees" [level=3]
    - group:
      - heading "Leaving" [level=3]
"""

# Past the page's content security policy: what each live region says, when it says it.
LISTEN = """() => {
  window.said = [];
  const seen = new Map();
  const listen = () => {
    for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
      const text = region.checkVisibility() ? region.innerText.trim() : "";
      if (text && text !== seen.get(region)) window.said.push(text);
      seen.set(region, text);
    }
  };
  listen();
  window.said = [];
  const options = { childList: true, characterData: true, subtree: true };
  new MutationObserver(listen).observe(document.body, options);
}"""


def said(page: Page) -> list[str]:
    return page.evaluate("window.said")


def test_a_student_hears_what_happens_and_finds_each_button(browser, console):
    waves = lesson(console, "participation")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = join(context, waves, camera=None)
    expect(part(page, "hand")).to_be_visible()
    page.evaluate(LISTEN)
    asked = waves.lead("question-ask", **ASKED)["id"]
    page.get_by_role("button", name="B Light").click()
    expect(part(page, "question")).to_contain_text("Answer saved")
    part(page, "hand").click()
    expect(part(page, "hand")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("body")).to_match_aria_snapshot(IN_CLASS)
    waves.lead("question-change", asked, do="close")
    expect_value(
        lambda: [line for line in said(page) if not line.startswith("Sending")],
        [
            "New question: Which one?",
            "Answer saved",
            "Your hand is up. Tap again to lower it.",
            "Closed: Which one?",
        ],
    )
    context.close()
