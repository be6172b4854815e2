"""The teacher pauses all cameras: nothing is admitted, read or saved, and the gap has its own reason."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse
from django.utils import timezone

from classroom.measuring import pause_measuring, resume_measuring
from classroom.models import Mode, Participant, Presence
from emotion.models import Reading
from emotion.socket.reconciliation import reconciliation
from tests import factory
from tests.emotion.student import Student, saved_states

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(transactional_db) -> Participant:
    return factory.measured()


async def press(of: Participant, what: str) -> dict:
    browser = await sync_to_async(factory.signed_in)(await sync_to_async(lambda: of.session.course.owner)())
    address = reverse("session-cameras", args=[of.session_id])
    answer = await sync_to_async(browser.post)(address, {"do": what}, headers={"Accept": "application/json"})
    return answer.json()


async def test_students_are_told_and_their_frames_refused(anna: Participant) -> None:
    async with Student(anna) as student:
        assert student.welcome["paused"] is False
        assert await press(anna, "pause") == {"paused": True}
        assert await student.receive() == {"type": "consent", "consent": "class_only"}
        assert await student.receive() == {"type": "cameras", "paused": True}
        assert (await student.exchange_frame())["code"] == "paused"
        assert await press(anna, "resume") == {"paused": False}
        await student.receive()
        assert await student.receive() == {"type": "cameras", "paused": False}
        assert (await student.exchange_frame())["type"] == "admitted"


async def test_a_camera_check_is_refused_too(anna: Participant) -> None:
    await sync_to_async(pause_measuring)(anna.session)
    async with Student(anna) as student:
        assert (await student.exchange_frame(purpose=1))["code"] == "paused"


async def test_what_a_page_reports_meanwhile_is_noted_as_the_teachers_pause(anna: Participant) -> None:
    await sync_to_async(pause_measuring)(anna.session)
    async with Student(anna) as student:
        assert (student.welcome["paused"], student.welcome["state"]) == (True, "teacher_paused")
        await student.exchange(type="state", state="measuring")
        assert (await saved_states(anna))[-1] == "teacher_paused"
        await student.exchange(type="state", state="paused")
        assert (await saved_states(anna))[-1] == "paused"


async def test_a_lost_hint_is_made_up_for(anna: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classroom.events.publish_to_participants", lambda *_: None)
    async with Student(anna) as student:
        await sync_to_async(pause_measuring)(anna.session)
        await reconciliation()._reconcile()
        assert (await student.receive())["type"] == "consent"
        assert await student.receive() == {"type": "cameras", "paused": True}


def test_a_reading_that_is_still_on_its_way_is_not_saved(anna: Participant) -> None:
    consent = anna.consents.get()
    pause_measuring(anna.session)
    reading = Reading(consent=consent, session=anna.session, sequence=1, taken_at=anna.joined_at, face="none")
    assert Reading.objects.add_consented([reading]) == {}
    resume_measuring(anna.session)
    assert Reading.objects.add_consented([reading]).keys() == {consent.pk}


def test_only_cameras_that_were_on_are_paused_and_resumed() -> None:
    session = factory.open_session()
    people = {
        state: factory.participant(session, state) for state in ("measuring", "checking", "paused", "offline")
    }
    for state, person in people.items():
        factory.consent(person)
        person.record_state(state)
    factory.participant(session, "no_camera")
    pause_measuring(session)
    assert states(session) == {
        **dict.fromkeys(("measuring", "checking"), "teacher_paused"),
        **{state: state for state in ("paused", "offline", "no_camera")},
    }
    resume_measuring(session)
    assert states(session)["measuring"] == "checking"
    assert states(session)["paused"] == "paused"


def states(session) -> dict[str, str | None]:
    names = dict(session.participants.values_list("pk", "display_name"))
    return {names[pk]: state for pk, state in session.participants.all().states().items()}


def test_who_comes_back_during_the_pause_is_paused(anna: Participant) -> None:
    anna.record_state(Presence.State.OFFLINE)
    pause_measuring(anna.session)
    anna.record_return()
    assert anna.camera_state() == "teacher_paused"


@pytest.mark.parametrize(("mode", "status"), [(Mode.PARTICIPATION, 409), (Mode.MIRROR, 302)])
def test_a_class_without_cameras_has_none_to_pause(mode: str, status: int) -> None:
    session = factory.open_session(mode)
    address = reverse("session-cameras", args=[session.pk])
    browser = factory.signed_in(session.course.owner)
    json = {"headers": {"Accept": "application/json"}} if status == 409 else {}
    assert browser.post(address, {"do": "pause"}, **json).status_code == status
    assert factory.signed_in(factory.teacher()).post(address, {"do": "pause"}).status_code == 404
    assert browser.get(address).status_code == 405


def test_a_pause_is_no_sign_of_life_of_those_whose_state_stays(anna: Participant) -> None:
    lost_at = timezone.now() - timedelta(minutes=1)
    anna.record_state(Presence.State.OFFLINE, timezone.now())
    Participant.objects.filter(pk=anna.pk).update(last_seen_at=lost_at)
    for act in (pause_measuring, resume_measuring):
        act(anna.session)
    anna.refresh_from_db()
    assert anna.last_seen_at == lost_at
