"""The live page's socket: who is let in, what is said first, and what follows."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.conf import settings
from django.test import Client
from django.utils import timezone

from classroom.events import live_group
from classroom.models import Approval, ClassSession, Consent, Participant
from config.routing import websocket
from dashboards.live.wire import WIRE_VERSION
from tests import factory
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)

OUR_PAGE = "http://localhost:8000"


class LivePage:
    def __init__(
        self,
        browser: Client,
        session_id,
        *,
        origin: str | None = OUR_PAGE,
        query: str = f"wire={WIRE_VERSION}",
        language: str = "",
    ) -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        headers = {"host": "localhost:8000", "cookie": cookies} | ({"origin": origin} if origin else {})
        headers |= {"accept-language": language} if language else {}
        scope = {
            "type": "websocket",
            "path": f"/ws/live/{session_id}/",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self.socket = ApplicationCommunicator(websocket, scope)

    async def __aenter__(self) -> "LivePage":
        await self.socket.send_input({"type": "websocket.connect"})
        assert (await self.socket.receive_output(SOON))["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *error) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait(SOON)

    async def receive_json(self) -> dict:
        return json.loads((await self.socket.receive_output(SOON))["text"])

    async def receive_part(self, part: str) -> dict:
        while part not in (message := await self.receive_json()):
            pass
        return message

    async def send_json(self, **message) -> None:
        await self.socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def close_code(self) -> int:
        while (event := await self.socket.receive_output(SOON))["type"] != "websocket.close":
            pass
        return event["code"]


@pytest.fixture
def session(transactional_db) -> ClassSession:
    return factory.open_session()


@pytest.fixture
def browser(session) -> Client:
    return factory.signed_in(session.course.teachers.get())


@pytest.fixture
def anna(session):
    return factory.measured(session, Consent.Level.OWN_LINE)


async def tell_of_readings(session: ClassSession, *consents: int) -> None:
    hint = {"type": "readings.changed", "consents": consents}
    await get_channel_layer().group_send(live_group(session.pk), hint)


async def refusal(browser: Client, session_id, **options) -> int:
    async with LivePage(browser, session_id, **options) as page:
        return await page.close_code()


async def test_a_colleague_of_the_course_is_let_in(session):
    colleague = await sync_to_async(factory.teacher)()
    await sync_to_async(session.course.teachers.add)(colleague)
    browser = await sync_to_async(factory.signed_in)(colleague)
    async with LivePage(browser, session.pk) as page:
        assert (await page.receive_json())["type"] == "snapshot"


async def test_a_stranger_and_a_student_are_told_to_sign_in(session, anna):
    assert await refusal(Client(), session.pk) == 4401
    assert await refusal(factory.browser_of(anna), session.pk) == 4401


async def test_another_teacher_does_not_learn_that_the_session_exists(session):
    browser = await sync_to_async(lambda: factory.signed_in(factory.teacher()))()
    assert await refusal(browser, session.pk) == 4404
    assert await refusal(browser, "00000000-0000-0000-0000-000000000000") == 4404


@pytest.mark.parametrize("origin", ["https://elsewhere.example", None])
async def test_another_sites_page_is_refused(browser, session, origin):
    assert await refusal(browser, session.pk, origin=origin) == 4403


@pytest.mark.parametrize("query", ["", "wire=1", "wire=3", "wire=%ff"])
async def test_a_page_of_another_version_loads_itself_anew(browser, session, query):
    """Pages of 0.1.0 do so when `sees_readings` is not what it was, whether they know it already or not."""
    async with LivePage(browser, session.pk, query=query) as page:
        messages = [await page.receive_json() for _ in range(3)]
        assert await page.close_code() == 1011
    assert messages[0] == {"type": "reload"}
    told = [message["sees_readings"] for message in messages[1:]]
    assert len({True, False, *told}) == 4
    assert all(message["type"] == "snapshot" for message in messages[1:])


@pytest.fixture
def quick_heartbeat(monkeypatch):
    monkeypatch.setattr("dashboards.live.live_session.FULL_LOOK_SECONDS", 0.3)


async def test_a_snapshot_comes_first_and_then_growing_numbers(browser, session, quick_heartbeat):
    async with LivePage(browser, session.pk) as page:
        first, second, third = [await page.receive_json() for _ in range(3)]
    assert (first["type"], second["type"], third["type"]) == ("snapshot", "change", "change")
    assert [first["number"], second["number"], third["number"]] == [1, 2, 3]


async def test_the_server_speaks_while_nothing_happens(browser, session, quick_heartbeat):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        heard = [await page.receive_json() for _ in range(2)]
    assert [message["type"] for message in heard] == ["change", "change"]


async def test_a_reading_reaches_the_page_after_its_hint(browser, session, anna):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        consent = await sync_to_async(anna.active_consent)()
        await sync_to_async(factory.reading)(consent, expression="happiness", taken_at=timezone.now())
        await tell_of_readings(session, consent.pk)
        while True:
            message = await page.receive_part("students")
            if message["students"].get(str(anna.pk), {}).get("expression") == "happiness":
                break
    assert message["newest"] <= message["server_time"]


@pytest.mark.slow
async def test_many_hints_are_four_messages_a_second_at_most(browser, session):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        heard = 0

        async def listen() -> None:
            nonlocal heard
            while True:
                await page.receive_json()
                heard += 1

        began = asyncio.get_running_loop().time()
        listening = asyncio.create_task(listen())
        told = 0
        while told < 40 or (heard < 2 and not listening.done()):
            await tell_of_readings(session)
            told += 1
            await asyncio.sleep(0.05)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        seconds = asyncio.get_running_loop().time() - began
    assert 2 <= heard <= seconds * 4 + 1


async def test_resync_is_answered_by_a_snapshot_and_nonsense_by_nothing(browser, session):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        await page.socket.send_input({"type": "websocket.receive", "text": "{"})
        await page.socket.send_input({"type": "websocket.receive", "bytes": b"\x00"})
        await page.send_json(type="resync")
        while (await page.receive_json())["type"] != "snapshot":
            pass


async def test_a_teacher_who_leaves_the_course_is_shown_the_door(browser, session, quick_heartbeat):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        await sync_to_async(session.course.teachers.clear)()
        assert await page.close_code() == 4404


async def test_a_teacher_who_signs_out_in_another_tab_sees_nothing_more(browser, session, quick_heartbeat):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        await sync_to_async(browser.logout)()
        assert await page.close_code() == 4401


async def test_a_teacher_who_is_deactivated_is_shown_nothing_more(browser, session, quick_heartbeat):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        await sync_to_async(session.course.teachers.update)(is_active=False)
        assert await page.close_code() == 4401


def change_password(teacher):
    teacher.set_password("Another-1-long")
    teacher.save()


def delete_account(teacher):
    teacher.owned_courses.update(owner=factory.teacher())
    teacher.delete()


@pytest.mark.postgresql
@pytest.mark.parametrize("end", [change_password, delete_account])
async def test_a_teacher_whose_account_is_gone_sees_no_newcomer(browser, session, end):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        await sync_to_async(lambda: end(session.course.teachers.get()))()
        await sync_to_async(session.admit)("Newcomer")
        said = []
        while (event := await page.socket.receive_output(SOON))["type"] != "websocket.close":
            said.append(event["text"])
    assert event["code"] == 4401
    assert "Newcomer" not in "".join(said)


async def test_an_approval_that_is_revoked_takes_the_readings_off_an_open_page(browser, session, anna):
    await sync_to_async(factory.reading)(await sync_to_async(anna.active_consent)())
    async with LivePage(browser, session.pk) as page:
        assert (await page.receive_json())["sees_readings"]
        await sync_to_async(lambda: Approval.objects.all().revoke(timezone.now()))()
        while (message := await page.receive_json())["type"] != "snapshot":
            pass
    assert not message["sees_readings"]
    assert not message["points"]
    assert "score" not in message["students"][str(anna.pk)]


async def test_a_closed_page_leaves_no_task_behind(browser, session):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if "_tell" in repr(task.get_coro())]


async def test_erasing_takes_the_student_off_the_page(browser, session, anna):
    async with LivePage(browser, session.pk) as page:
        assert str(anna.pk) in (await page.receive_json())["students"]
        await sync_to_async(anna.erase)()
        while (message := await page.receive_json())["type"] != "snapshot":
            pass
    assert message["students"] == {}


async def test_a_lost_connection_found_by_beat_is_shown_at_once(browser, session, anna):
    async with LivePage(browser, session.pk) as page:
        await page.receive_json()
        note = sync_to_async(Participant.objects.record_silence)
        await note(timezone.now() + timedelta(minutes=20))
        told = (await page.receive_part("students"))["students"]
    assert told[str(anna.pk)]["status"] == "offline"


def test_the_default_origin_is_the_public_address():
    assert settings.PUBLIC_URL == OUR_PAGE


async def test_a_removed_marker_goes_from_every_open_page(session, browser):
    marker = await sync_to_async(factory.marker)(session, "Slip")
    async with LivePage(browser, session.pk) as page:
        assert [said["id"] for said in (await page.receive_part("markers"))["markers"]] == [marker.pk]
        await sync_to_async(browser.post)(f"/sessions/{session.pk}/markers/{marker.pk}/remove/")
        assert (await page.receive_part("markers"))["markers"] == []


async def test_it_is_told_in_the_language_of_its_page(browser, session):
    async with LivePage(browser, session.pk, language="de-AT,de;q=0.9") as page:
        assert (await page.receive_json())["reasons"]["left"] == "Gegangen"
    browser.cookies["django_language"] = "ar"
    async with LivePage(browser, session.pk, language="de-AT,de;q=0.9") as page:
        assert (await page.receive_json())["reasons"]["left"] == "غادر"
    async with LivePage(Client(), session.pk, language="de") as page:
        assert await page.close_code() == 4401
