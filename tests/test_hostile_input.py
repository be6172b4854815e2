"""Input of an attacker: requests without a token, markup as text, random messages, damaged pictures."""

import io
import json
import logging
import random
import re
from itertools import product
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import AsyncClient, Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from classroom.models import Consent
from config.logs import ShortLines
from demo.client import pack_frame
from emotion.vision.inspector import FrameInspector
from emotion.vision.jpeg import BadFrame
from tests import factory
from tests.dashboards.test_live_socket import LivePage
from tests.emotion.student import PICTURE, Student
from tests.media.clips import frames, jpeg

MARKUP = "</script><img src=x onerror=alert(1)>"
NEVER = (b"<img src=x", b"</script><img")
TRIES = 2_000
CONNECTIONS = 100


def every_address(patterns=None, before: str = "/") -> list[str]:
    """All of the site's but those inside the admin, with something of the right kind in each gap."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not path.startswith("/admin/"):
            found += every_address(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            found.append(path)
    return [filled(path) for path in found]


# What stands in a gap of an address: by its name, or else by its kind.
GAPS = {
    "uidb64": "MQ",
    "token": "set-password",
    "str": "a:b",
    "int": "1",
    "uuid": "00000000-0000-0000-0000-000000000000",
}


def filled(path: str) -> str:
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda gap: GAPS.get(gap[1] or gap[2], "1"), path)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_post_passes_without_a_token():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factory.teacher(is_staff=True, is_superuser=True))
    answers = {path: browser.post(path).status_code for path in every_address()}
    # The API takes no cookie but a token of its own.
    refusals = {path: (401, 403, 405) if path.startswith("/api/v1/") else (403,) for path in answers}
    assert {path: status for path, status in answers.items() if status not in refusals[path]} == {}
    assert len(answers) > 30


@pytest.mark.slow
@pytest.mark.django_db
def test_no_page_may_be_stored_by_a_browser():
    """On a shared computer, "back" would show a stored page even after a sign-out."""
    browser = factory.signed_in(factory.teacher(is_staff=True, is_superuser=True))
    kept = {path: browser.get(path).get("Cache-Control", "") for path in every_address()}
    assert {path: header for path, header in kept.items() if "no-store" not in header} == {}


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "latin-1", "hex", "idna"])
async def test_a_form_in_another_charset_is_refused_without_a_traceback(charset, caplog):
    browser = AsyncClient(enforce_csrf_checks=True)
    for kind, way in product(FORMS, ("GET", "POST")):
        kind = f"{kind}; charset={charset}"
        answer = await browser.generic(way, "/join/?code=%ff", b"\xff&code=A", content_type=kind)
        assert answer.status_code == 415
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "no-such-charset"])
def test_every_name_of_utf8_is_accepted(charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = Client().generic("POST", "/my-data/", b"receipt_code=ABC", content_type=kind)
    assert "Nothing is stored" in answer.content.decode()


@pytest.fixture
def log(monkeypatch):
    """What the site's own handler writes."""
    [handler] = [one for one in logging.getLogger().handlers if isinstance(one.formatter, ShortLines)]
    monkeypatch.setattr(handler, "stream", io.StringIO())
    return handler.stream


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "fields"), [({"host": "evil.example"}, 1), ({}, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)]
)
def test_an_error_that_any_request_can_cause_has_one_line_in_the_log(headers, fields, log):
    asked = {f"field{n}": "1" for n in range(fields)}
    answer = Client().post("/join/", urlencode(asked), content_type=FORMS[0], headers=headers)
    assert answer.status_code == 400
    assert len(log.getvalue().splitlines()) == 1


@pytest.fixture
def marked():
    """A class in which every text that people type is markup."""
    teacher = factory.teacher(username="ada", first_name=MARKUP, email=f'"{MARKUP}"@school.example')
    course = factory.course(teacher, name=MARKUP)
    approval = factory.approval(course, approver=MARKUP, document=MARKUP)
    session = factory.open_session(course=course, title=MARKUP, approval=approval)
    factory.marker(session, label=MARKUP)
    anna = factory.participant(session, MARKUP)
    factory.reading(factory.consent(anna, Consent.Level.OWN_LINE))
    return teacher, session, anna


PAGES_OF_A_TEACHER = ("invite", "live", "report", "session-delete", "participants-remove")


@pytest.mark.slow
@pytest.mark.django_db
def test_markup_that_somebody_typed_is_text_on_every_page(marked):
    teacher, session, anna = marked
    admin = factory.signed_in(factory.teacher(is_staff=True, is_superuser=True))
    browser, student = factory.signed_in(teacher), factory.browser_of(anna)
    answers = [browser.get(reverse(name, args=[session.pk])) for name in PAGES_OF_A_TEACHER]
    answers += [browser.get(reverse("home")), browser.get(reverse("course", args=[session.course_id]))]
    answers += [browser.get(reverse("session-new")), browser.get(reverse("account-delete"))]
    answers += [
        student.get(reverse("room", args=[session.pk])),
        student.get(f"/join/?code={session.join_code}"),
    ]
    answers += [admin.get(f"/admin/classroom/{kind}/") for kind in ("approval", "course", "classsession")]
    session.close()
    answers += [browser.get(reverse(name, args=[session.pk])) for name in ("live", "report")]
    answers += [student.get(reverse("room", args=[session.pk]))]
    for answer in answers:
        assert answer.status_code in (200, 302), answer.request["PATH_INFO"]
        assert not any(never in answer.content for never in NEVER), answer.request["PATH_INFO"]


def some_text(draw: random.Random) -> str:
    value = draw.choice(
        [None, True, -1, 1e308, "", "state", "measuring", "class_only", "\0", "😀" * 9, [], {}, [[]], 2**70]
    )
    shape = draw.randrange(4)
    if shape == 0:
        return "".join(chr(draw.randrange(1, 0xD7FF)) for _ in range(draw.randrange(60)))
    if shape == 1:
        return json.dumps(value)
    message = {"type": draw.choice(["here", "state", "pulse", "resync", "participant.connected", "", value])}
    for field in draw.sample(["state", "kind", "value", "sequence", "type "], draw.randrange(4)):
        message[field] = draw.choice([value, 1, "pace", "lost", "wrong_reading", "measuring"])
    text = json.dumps(message)
    return text if shape == 2 else text[: draw.randrange(len(text))]


def some_bytes(draw: random.Random) -> bytes:
    head = pack_frame(
        draw.randrange(2**32), PICTURE[: draw.randrange(len(PICTURE))], version=draw.choice([1, 1, 0, 9])
    )
    return draw.choice([head, draw.randbytes(draw.randrange(40)), head[: draw.randrange(14)]])


async def say_anything(socket: ApplicationCommunicator, draw: random.Random) -> None:
    for _ in range(draw.randrange(1, 6)):  # the first bad one may close the connection
        message = {"text": some_text(draw)} if draw.random() < 0.6 else {"bytes": some_bytes(draw)}
        await socket.send_input({"type": "websocket.receive", **message})


@pytest.mark.any_database
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
async def test_random_messages_of_a_student_are_refused_without_an_error():
    anna, draw = await sync_to_async(factory.measured)(), random.Random(6)
    for _ in range(CONNECTIONS):
        student = Student(anna)
        await student.connect()
        await say_anything(student.socket, draw)
        await student.disconnect()  # raises what the consumer raised
    async with Student(anna) as again:
        assert (await again.exchange_frame())["type"] == "admitted"


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
async def test_random_messages_of_a_teacher_are_ignored():
    session, draw = await sync_to_async(factory.open_session)(), random.Random(7)
    browser = await sync_to_async(lambda: factory.signed_in(session.course.owner))()
    for _ in range(CONNECTIONS // 2):
        async with LivePage(browser, session.pk) as page:
            await say_anything(page.socket, draw)


def damaged(frame: bytes, draw: random.Random) -> bytes:
    """With bytes changed, left out, doubled, or moved."""
    changed = bytearray(frame)
    for _ in range(draw.choice([1, 1, 2, 5, 40])):
        at = draw.randrange(len(changed) if draw.random() < 0.5 else 700)  # the headers come first
        kind = draw.randrange(4)
        if kind == 0:
            changed[at] = draw.randrange(256)
        elif kind == 1:
            del changed[at : at + draw.randrange(1, 60)]
        elif kind == 2:
            changed[at:at] = changed[at : at + draw.randrange(1, 60)]
        else:
            changed[at : at + 2] = b"\xff" + bytes([draw.randrange(0xC0, 0x100)])
    return bytes(changed)


@pytest.mark.slow
def test_a_damaged_picture_is_refused_or_read_without_an_error():
    draw, inspector = random.Random(8), FrameInspector()
    pictures = [jpeg(frames()[n]) for n in (20, 260, 400)]
    refused = 0
    for _ in range(TRIES):
        try:
            assert inspector.inspect(damaged(draw.choice(pictures), draw)).state
        except BadFrame:
            refused += 1
    assert TRIES / 4 < refused < TRIES
