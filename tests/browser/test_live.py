"""The teacher's live page in a real browser, with a student's camera on the other side."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clips import SMILE, Scene, empty_room
from tests.browser.room import Lesson, attend, expect_script, join, join_by_hand, lesson, part, pass_check
from tests.browser.teacher import sign_in
from tests.waiting import expect_value

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def anna_shares_her_line(webcam, waves, *scenes) -> Page:
    return attend(webcam(*scenes), waves, camera="own_line")


def annas_card(live: Page):
    live.get_by_role("tab", name="Students").click()
    return live.locator(".student-card", has_text="Anna")


def test_a_smile_shows_as_happiness_and_as_the_class_number(live, waves, webcam, complaints):
    student = webcam(SMILE).new_page()
    join_by_hand(student, waves, own_line=True)
    pass_check(student)
    expect(annas_card(live)).to_contain_text("Usual not known")
    expect(part(live, "measured")).to_have_text("1 of 1 students with data")
    expect(part(live, "number")).to_contain_text("%")
    expect(part(live, "band")).to_have_text("fewer than 5 students")
    expect_script(live, "performance.getEntriesByName('classpulse:redraw').at(-1)?.detail.newest > 0")
    live.get_by_role("tab", name="Class").click()
    expect(live.locator("[data-part=linePlot] .main-svg").first).to_be_visible()
    expect(part(live, "lineEmpty")).to_be_empty()
    live.get_by_role("tab", name="Students").click()
    annas_card(live).click()
    expect(part(live, "drawerFacts")).to_contain_text("Camera on since")
    expect(part(live, "drawerFacts")).to_contain_text("happiness")
    assert complaints == []


def test_an_empty_chair_reads_as_no_face(live, waves, webcam):
    anna_shares_her_line(webcam, waves, empty_room(2))
    expect(annas_card(live)).to_contain_text("No face in the picture")
    expect(part(live, "number")).to_have_text("no data")
    expect(part(live, "measured")).to_have_text("0 of 1 students with data")
    expect(part(live, "why")).to_have_text("1 × No face in the picture")


# Read in one call, so that summary and cards are of one moment.
SUMMARY_AND_CARDS = """({
  measured: document.querySelector("[data-part=measured]").textContent,
  cards: Array.from(document.querySelectorAll(".student-card"), (card) => card.textContent),
})"""


def test_summary_and_cards_agree_while_a_student_comes_smiles_and_goes(live, waves, webcam):
    page = anna_shares_her_line(webcam, waves, Scene(12.4, 14.4), empty_room(3))
    live.get_by_role("tab", name="Students").click()
    expect(annas_card(live)).to_contain_text("Usual not known")
    for measured in (0, 1, 0):
        expect_value(lambda: measured_in_the_next_look(live), measured)
    part(page, "pause").click()
    expect_value(lambda: measured_in_the_next_look(live), 0)
    for _ in range(10):
        assert measured_in_the_next_look(live) == 0


def measured_in_the_next_look(live: Page) -> int:
    live.wait_for_timeout(150)
    looks = live.evaluate(SUMMARY_AND_CARDS)
    measured = sum("Usual not known" in card for card in looks["cards"])
    assert looks["measured"] == f"{measured} of 1 students with data", looks
    return measured


def test_a_teachers_pause_turns_the_light_off_and_on_and_who_closes_the_tab_is_gone(live, waves, webcam):
    page = anna_shares_her_line(webcam, waves, SMILE)
    expect(annas_card(live)).to_contain_text("Usual not known")
    part(live, "cameras").click()
    expect(part(page, "light")).to_have_attribute("data-on", "")
    expect(part(page, "cameraState")).to_have_text("Your teacher has paused the cameras")
    expect(annas_card(live)).to_contain_text("Paused by the teacher")
    part(live, "cameras").click()
    expect(part(page, "light")).to_have_attribute("data-on", "sending")
    expect(annas_card(live)).to_contain_text("Usual not known")
    context, url = page.context, page.url
    page.close()
    expect(annas_card(live)).to_contain_text("Connection lost")
    backdate(waves, minutes=3)
    expect(part(live, "left")).to_contain_text("Gone since")
    expect(live.locator(".student-card")).to_have_count(0)
    expect(part(live, "present")).to_have_text("0")
    context.new_page().goto(url)
    expect(live.locator(".student-card")).to_have_count(1)
    expect(part(live, "leftPlace")).to_be_hidden()


def backdate(of: Lesson, *, minutes: int) -> None:
    """Moves all that is saved of the session's students into the past."""
    ago = f"__import__('datetime').timedelta(minutes={minutes})"
    of.ask(
        "[(setattr(row, field, getattr(row, field) - " + ago + "), row.save())"
        " for row, field in [(one, 'last_seen_at') for one in session.participants.all()]"
        " + [(one, 'since') for one in Presence.objects.filter(participant__session=session)]]"
    )


def test_one_student_who_only_counts_in_the_class_is_too_few_to_show(live, waves, webcam):
    attend(webcam(SMILE), waves)
    expect(part(live, "number")).to_contain_text("Shown from")
    expect(part(live, "measured")).to_have_text("up to 1 of 1 students with data")
    live.get_by_role("tab", name="Class").click()
    expect(part(live, "lineEmpty")).to_contain_text("No class average: too few students")
    expect(part(live, "mixEmpty")).to_contain_text("No expressions: too few students")
    live.get_by_role("tab", name="Students").click()
    expect(annas_card(live)).to_contain_text("Camera on, class average only")
    assert "happiness" not in live.locator("#live").inner_text()


def test_paused_updates_stand_still_and_a_removed_student_leaves_the_class(live, waves, webcam):
    part(live, "menu").click()
    part(live, "pause").click()
    student = join(webcam(SMILE), waves, camera=None)
    live.get_by_role("tab", name="Students").click()
    expect(part(live, "freshness")).to_contain_text("Updates paused at")
    time.sleep(1)  # she is long known by then
    expect(annas_card(live)).to_have_count(0)
    part(live, "menu").click()
    part(live, "pause").click()
    expect(annas_card(live)).to_contain_text("Joined without camera")
    annas_card(live).click()
    live.get_by_text("Remove from this session").click()
    live.get_by_role("button", name="Remove", exact=True).click()
    expect(part(live, "left")).to_contain_text("Removed by the teacher")
    heading = student.get_by_role("heading", name="Your teacher removed you from this session")
    expect(heading).to_be_visible()


def test_lost_is_in_the_title_until_got_it(live, waves):
    waves.ask("[factory.pulse(session.admit(name)).pk for name in ('Anna', 'Ben')]")
    live.reload()
    expect(part(live, "lostCount")).to_have_text("2")
    expect(live).to_have_title("(2 lost) Waves · Classpulse")
    live.locator("h1").click()
    live.keyboard.press("g")
    expect(part(live, "lostRow")).to_be_hidden()
    expect(live).to_have_title("Waves · Classpulse")


def test_a_small_window_has_all_that_is_needed_beside_a_call(live, waves):
    waves.ask("factory.pulse(session.admit('Anna')).pk")
    part(live, "menu").click()
    with live.expect_popup() as opened:
        part(live, "compactOpen").click()
    # Chromium opens a picture in picture, with the page in a frame.
    opened.value.set_viewport_size({"width": 380, "height": 640})
    small = opened.value.locator("iframe").element_handle().content_frame()
    expect(part(small, "lostCount")).to_have_text("1")
    expect(part(small, "linePlot").locator(".main-svg").first).to_be_visible()
    part(small, "compactMark").click()
    opened.value.keyboard.type("Lag")
    opened.value.keyboard.press("Enter")
    expect(part(live, "markers")).to_contain_text("Lag")
    part(small, "gotIt").click()
    expect(part(live, "lostRow")).to_be_hidden()
    small.wait_for_load_state()
    assert small.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_picture_in_picture_the_small_window_pops_out(live, waves):
    """Where the browser does not have it, as Firefox and Safari, or refuses it."""
    waves.ask("factory.pulse(session.admit('Anna')).pk")
    refuse = "() => Promise.reject(new DOMException('', 'NotAllowedError'))"
    for spoil in (
        "delete window.documentPictureInPicture",
        f"void (documentPictureInPicture.requestWindow = {refuse})",
    ):
        live.reload()
        expect(part(live, "lostCount")).to_have_text("1")
        live.evaluate(spoil)
        part(live, "menu").click()
        with live.expect_popup() as opened:
            part(live, "compactOpen").click()
        small = opened.value
        small.set_viewport_size({"width": 400, "height": 640})
        assert small.url.endswith("/compact/")
        expect(part(small, "lostCount")).to_have_text("1")
        expect(part(small, "linePlot").locator(".main-svg").first).to_be_visible()
        small.wait_for_load_state()
        assert small.evaluate("document.documentElement.scrollHeight <= innerHeight")
        small.close()


def test_hands_and_questions_are_one_tap_away_on_a_phone_and_beside_the_charts_on_a_tablet(live, waves):
    """On a phone their lists stand below the views."""
    live.set_viewport_size({"width": 390, "height": 844})
    # What is drawn later moves what stands below it.
    expect(part(live, "linePlot").locator(".main-svg").first).to_be_visible()
    waves.ask("(lambda anna: anna.hands.raise_hand(anna))(session.admit('Anna'))")
    waves.ask("session.student_questions.ask(session, session.admit('Ben'), 'Why?').text")
    chips = part(live, "said").get_by_role("link")
    expect(chips).to_have_text(["1 hand", "1 question"])
    for chip, title in ((chips.first, "handsTitle"), (chips.last, "askedTitle")):
        chip.click()
        expect(part(live, title)).to_be_in_viewport()
        expect(part(live, title)).to_be_focused()
    # On a tablet they stand beside the charts.
    live.set_viewport_size({"width": 768, "height": 1024})
    edge = "document.querySelector('[data-part=%s]').getBoundingClientRect().%s"
    expect_script(live, f"{edge % ('handsTitle', 'left')} > {edge % ('linePlot', 'right')}")


def test_the_list_is_searched_and_sorted_and_letters_can_be_turned_off(live, waves):
    waves.ask("[session.admit(name).pk for name in ('Anna', 'Ben', 'Cem')]")
    live.keyboard.press("/")
    live.keyboard.type("b")
    expect(part(live, "list").locator("tr")).to_have_count(1)
    part(live, "listSearch").fill("")
    live.locator("[data-sort=name]").click()
    live.locator("[data-sort=name]").click()
    expect(part(live, "list").locator("tr").first).to_contain_text("Cem")
    live.locator("h1").click()
    live.keyboard.press("?")
    live.get_by_role("checkbox", name="Use single-letter shortcuts").uncheck()
    live.get_by_role("dialog").get_by_role("button", name="Close").click()
    live.get_by_role("tab", name="Class").click()
    live.locator("h1").click()
    live.keyboard.press("m")
    live.keyboard.press("l")
    expect(live.get_by_role("tab", name="Class")).to_have_attribute("aria-selected", "true")
    assert waves.ask("session.markers.count()") == 0


def test_a_focused_student_keeps_the_focus_and_a_lost_connection_comes_back(live, waves):
    waves.ask("[session.admit(name).pk for name in ('Anna', 'Ben', 'Cem')]")
    live.get_by_role("tab", name="Students").click()
    live.locator(".student-card", has_text="Cem").focus()
    waves.ask("[person.leave() for person in session.participants.exclude(display_name='Cem')]")
    expect(live.locator(".student-card").first).to_contain_text("Cem")
    expect(live.locator(".student-card").first).to_be_focused()
    live.context.set_offline(True)
    expect(part(live, "lost")).to_contain_text("Connection lost")
    live.context.set_offline(False)
    expect(part(live, "lost")).to_be_hidden()
    expect(part(live, "freshness")).to_have_text("Updated just now")


def test_a_class_without_cameras_speaks_of_none(browser, console):
    waves = lesson(console, mode="participation")
    context = browser.new_context()
    page = sign_in(context, waves)
    waves.ask("session.admit('Anna').pk")
    page.get_by_role("tab", name="Students").click()
    expect(page.locator(".student-card")).to_contain_text("In class")
    words = page.locator("#live").evaluate("element => element.textContent")
    found = [word for word in ("easured", "camera", "Camera", "average", "ngagement") if word in words]
    assert found == []
    context.close()
