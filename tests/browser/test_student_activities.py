"""A class without cameras in a student's browser, on a phone: questions, hands, votes, being chosen."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, Route, expect

from tests.browser.room import Lesson, join, lesson, part, yes
from tests.waiting import expect_true

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PHONE = {"width": 390, "height": 844}
WAVES = {"kind": "choice", "text": "Which wave carries more?", "option": ["The long one", "The high one"]}


@pytest.fixture
def talk(console) -> Lesson:
    """A session in participation mode."""
    return lesson(console, mode="participation")


@pytest.fixture
def phone(browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts = []

    def phone(**options: object) -> BrowserContext:
        contexts.append(browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, **options))
        return contexts[-1]

    yield phone
    for context in contexts:
        context.close()


@pytest.fixture
def ben(phone, talk) -> Page:
    return join(phone(), talk, camera=None)


def question(page: Page) -> Locator:
    return part(page, "question")


def option(page: Page, name: str) -> Locator:
    return question(page).get_by_role("button", name=name)


SAVED_ANSWERS = "[one.chosen for one in Answer.objects.filter(question__session=session)]"


def test_a_question_is_answered_changed_and_closed_with_its_result(ben, talk):
    asked = talk.lead("question-ask", **WAVES, right="1")["id"]
    expect(part(ben, "news")).to_have_text("New question: Which wave carries more?")
    expect(question(ben)).to_contain_text("With names")
    option(ben, "The long one").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    expect(option(ben, "The long one")).to_have_attribute("aria-pressed", "true")
    option(ben, "The high one").tap()
    talk.expect(SAVED_ANSWERS, [[1]])
    assert question(ben).locator(".result-bars").count() == 0
    talk.lead("question-change", asked, do="close")
    expect(question(ben)).to_contain_text("Your answer: The high one")
    talk.lead("question-change", asked, do="show_right")
    expect(question(ben).locator(".result-right")).to_contain_text("100%")


@pytest.mark.parametrize("mode", ["participation", "analytics"])
def test_a_question_and_its_answers_are_on_a_phones_first_screen(console, phone, mode):
    of = lesson(console, mode)
    page = join(phone(), of, camera=None)
    of.lead("question-ask", **WAVES | {"option": ["Air", "Salt", "Sun", "Stone"]})
    expect(option(page, "Stone")).to_be_visible()
    page.wait_for_load_state()
    # docs/beside-others.md has the same figure of other products.
    assert question(page).get_by_role("heading").bounding_box()["y"] < 200
    for place in (option(page, "Stone"), part(page, "lost")):
        assert place.evaluate("place => place.getBoundingClientRect().bottom < innerHeight")


def test_each_kind_of_question_is_answered_and_an_anonymous_one_says_so_before_the_answer(ben, talk):
    talk.lead("question-ask", **WAVES, anonymous="on")
    expect(question(ben).get_by_text("Anonymous", exact=True)).to_be_visible()
    question(ben).get_by_text("Who sees your answer").locator("..").tap()
    expect(question(ben).get_by_text("nobody can find out who said what")).to_be_visible()
    option(ben, "The high one").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    talk.lead("question-ask", kind="choice", text="Which?", option=["Air", "Salt", "Sun"], several="on")
    option(ben, "Air").tap()
    option(ben, "Sun").tap()
    question(ben).get_by_role("button", name="Send").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    talk.lead("question-ask", kind="scale", text="How sure?", low="not at all", high="very")
    option(ben, "5 · very").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    talk.lead("question-ask", kind="word", text="In one word?")
    question(ben).get_by_role("textbox").fill("Salt")
    question(ben).get_by_role("button", name="Send").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    talk.lead("question-ask", kind="text", text="Why?", anonymous="")
    question(ben).get_by_role("textbox").fill("Because of the tide")
    question(ben).get_by_role("button", name="Send").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    asked = [WAVES["text"], "Which?", "How sure?", "In one word?", "Why?"]
    answered = "[[one.text, one.answered] for one in session.questions.order_by('opened_at')]"
    talk.expect(answered, [[text, 1] for text in asked])


def test_a_text_says_how_long_it_is_before_it_is_full_and_send_steps_back_once_it_is_saved(ben, talk):
    talk.lead("question-ask", kind="word", text="In one word?")
    box = question(ben).get_by_role("textbox")
    send = question(ben).get_by_role("button", name="Send")
    box.fill("a" * 23)
    expect(question(ben)).not_to_contain_text("characters")
    box.fill("a" * 24)
    expect(question(ben)).to_contain_text("24 of 30 characters")
    expect(send).not_to_have_class(re.compile("button-quiet"))
    send.tap()
    expect(send).to_have_class(re.compile("button-quiet"))
    box.fill("b")
    expect(send).not_to_have_class(re.compile("button-quiet"))


def test_an_answer_without_a_network_is_not_called_saved_and_can_be_sent_again(ben, talk):
    talk.lead("question-ask", **WAVES)
    expect(option(ben, "The long one")).to_be_visible()
    ben.context.set_offline(True)
    option(ben, "The long one").tap()
    expect(question(ben)).to_contain_text("Not saved")
    # What the page reads when it is back is on its way while the answer is saved.
    late: list[tuple[Route, APIResponse]] = []
    ben.route("**/activities/*", lambda route: late.append((route, route.fetch())))
    ben.context.set_offline(False)
    expect(part(ben, "connection")).to_have_text("Connected")
    question(ben).get_by_role("button", name="Send again").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    talk.expect("session.questions.get().answered", 1)
    for reads in (1, 2):
        # Playwright hands over what a page asks for only while it is asked something.
        expect_true(lambda reads=reads: ben.title() and len(late) == reads)
        route, response = late[-1]
        route.fulfill(response=response)
    expect(question(ben)).to_contain_text("Answer saved")


def test_a_late_student_sees_how_long_a_question_is_open_and_a_second_tab_has_the_answer(phone, talk):
    talk.lead("question-ask", **WAVES, seconds="90")
    ben = join(phone(), talk, camera=None)
    expect(option(ben, "The long one")).to_be_visible()
    first = question(ben).locator("[data-left]").inner_text()
    assert first.startswith(("1:2", "1:1", "1:3"))
    expect(question(ben).locator("[data-left]")).not_to_have_text(first)
    option(ben, "The long one").tap()
    expect(question(ben)).to_contain_text("Answer saved")
    second = ben.context.new_page()
    second.goto(ben.url)
    yes(second).click()
    expect(option(second, "The long one")).to_have_attribute("aria-pressed", "true")
    expect(part(ben, "endedTitle")).to_contain_text("another tab")
    option(second, "The high one").tap()
    expect(option(second, "The high one")).to_have_attribute("aria-pressed", "true")
    talk.expect("session.questions.get().answered", 1)


def test_what_is_open_is_on_top_and_im_lost_is_in_the_first_screen(ben, talk):
    options = [f"A rather long answer that takes two lines on a phone, number {n}" for n in range(6)]
    talk.lead("question-ask", kind="choice", text="Long words " * 15, option=options)
    expect(option(ben, "number 5")).to_be_visible()
    top = question(ben).bounding_box()["y"]
    lost = part(ben, "lost").bounding_box()
    assert top < 250
    assert lost["y"] + lost["height"] <= PHONE["height"]
    assert ben.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_being_lost_is_taken_back_or_answered_by_the_teacher(ben, talk):
    lost = part(ben, "lost")
    lost.tap()
    expect(lost).to_have_attribute("aria-pressed", "true")
    lost.tap()  # the same moment
    ben.reload()
    expect(lost).to_have_attribute("aria-pressed", "true")
    lost.tap()
    expect(part(ben, "pulseStatus")).to_have_text("Taken back.")
    expect(lost).to_have_attribute("aria-pressed", "false")
    ben.wait_for_timeout(1000)  # not a double tap
    lost.tap()
    expect(lost).to_have_attribute("aria-pressed", "true")
    talk.lead("lost-acknowledge")
    expect(part(ben, "told")).to_have_text("Your teacher has seen that 1 of you is lost.")
    expect(lost).to_have_attribute("aria-pressed", "false")


def test_a_student_is_chosen_sees_timer_and_group_and_raises_a_hand(ben, talk):
    talk.lead("pick")
    expect(part(ben, "news")).to_have_text("It's your turn")
    part(ben, "pick").get_by_role("button", name="Pass").tap()
    expect(part(ben, "pulseStatus")).to_have_text("You passed.")
    expect(part(ben, "pick")).to_be_empty()
    assert talk.ask("Pick.objects.get(session=session).state") == "passed"
    talk.lead("timer", seconds="300", label="Reading")
    expect(part(ben, "timer")).to_contain_text("Reading")
    expect(part(ben, "timer")).to_contain_text("4:5")
    talk.lead("groups", size="2")
    expect(part(ben, "told")).to_contain_text("You are in group 1.")
    part(ben, "hand").tap()
    expect(part(ben, "hand")).to_have_attribute("aria-pressed", "true")
    expect(part(ben, "pulseStatus")).to_contain_text("Your hand is up")
    talk.ask("session.admit('Cleo').hands.create().pk")
    participant = talk.ask("session.participants.get(display_name='Anna').pk")
    talk.lead("hands-lower", participant=participant)
    expect(part(ben, "hand")).to_have_attribute("aria-pressed", "false")


def test_a_question_to_the_teacher_is_sent_and_another_one_gets_a_vote(ben, talk):
    talk.lead("tools-change", hands_are_allowed="on", questions="anonymous")
    part(ben, "asking").locator("summary").tap()
    part(ben, "askText").fill("Will this be in the exam?")
    part(ben, "askForm").get_by_role("button", name="Ask").tap()
    expect(part(ben, "askStatus")).to_have_text("Sent.")
    vote = part(ben, "askedList").get_by_role("button", name="Will this be in the exam?")
    vote.tap()
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(vote).to_have_text("1")


def test_the_focus_goes_on_at_the_heading_when_the_question_changes(ben, talk):
    talk.lead("question-ask", **WAVES)
    option(ben, "The long one").focus()
    ben.keyboard.press("Enter")
    expect(question(ben)).to_contain_text("Answer saved")
    expect(option(ben, "The long one")).to_be_focused()
    talk.lead("question-ask", kind="word", text="In one word?")
    expect(question(ben).get_by_role("heading")).to_be_focused()
