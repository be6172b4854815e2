"""What students are told and shown about their face."""

import pytest
from playwright.sync_api import expect

from tests.browser.clips import LOOKING_DOWN, OVEREXPOSED, SMILE, UPSIDE_DOWN, empty_room
from tests.browser.room import attend, join, part, pass_check

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_a_white_face_is_too_bright_on_the_check_page_and_in_class(webcam, waves):
    page = join(webcam(OVEREXPOSED), waves)
    expect(part(page, "faceFinding")).to_contain_text("Too bright to tell")
    expect(part(page, "lightFinding")).to_contain_text("Too bright: dim the lamp")
    pass_check(page)
    expect(part(page, "ownFace")).to_contain_text("too bright")
    waves.expect("session.readings.exclude(face='too_bright').count()", 0)


def test_a_student_who_looks_down_is_told_and_not_read(webcam, waves):
    page = join(webcam(LOOKING_DOWN), waves)
    expect(part(page, "faceFinding")).to_contain_text("you are looking down")
    expect(part(page, "lightFinding")).to_contain_text("Enough")
    pass_check(page)
    expect(part(page, "ownFace")).to_contain_text("looking down")
    waves.expect("session.readings.exclude(face='looking_down', score=None).count()", 0)


def test_the_light_is_unknown_before_a_face_is_found(webcam, waves):
    page = join(webcam(empty_room(2)), waves)
    expect(part(page, "lightFinding")).to_contain_text("once a face is found")


def test_a_picture_that_stays_upside_down_is_explained_and_not_read(webcam, waves):
    page = join(webcam(UPSIDE_DOWN), waves)
    expect(part(page, "faceFinding")).to_contain_text("sideways or upside down")
    pass_check(page)
    expect(part(page, "pictureProblem")).to_contain_text("turn the camera or the phone")
    waves.expect("session.readings.filter(face='seen').count()", 0)


def test_a_picture_that_is_read_is_not_explained(webcam, waves):
    page = join(webcam(SMILE), waves)
    pass_check(page)
    expect(part(page, "ownExpression")).to_contain_text("happiness")
    expect(part(page, "pictureProblem")).to_be_hidden()


def test_where_the_network_looked_is_drawn_over_the_mirror_while_it_is_asked_for(webcam, waves):
    page = attend(webcam(SMILE), waves)
    expect(part(page, "attentionMap")).to_be_hidden()
    part(page, "attentionMapToggle").click()
    expect(part(page, "attentionMap")).to_be_visible()
    painted = (
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    )
    assert part(page, "attentionMap").evaluate(painted)
    part(page, "attentionMapToggle").click()
    expect(part(page, "attentionMap")).to_be_hidden()
