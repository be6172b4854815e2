"""What the sockets of a class ask at once is asked of the database once."""

import asyncio
from collections.abc import Mapping

import pytest
from django.db import DatabaseError

from classroom.models import Participant
from emotion.socket import batched_queries, connections
from emotion.socket.connections import NoSeat, Seat
from emotion.socket.protocol import Close
from tests import factory
from tests.emotion.student import Student


def scope_of(participant: Participant, **seen: object) -> dict:
    """As the URL router passes it on."""
    scope = Student(participant, **seen).socket.scope
    return scope | {"url_route": {"kwargs": {"session_id": participant.session_id}}}


def take(*participants: Participant) -> list[tuple[Seat, str] | NoSeat]:
    return list(connections.take_seats.func({one.pk.hex: scope_of(one) for one in participants}).values())


@pytest.mark.django_db
def test_a_class_that_arrives_at_once_costs_a_few_questions(django_assert_max_num_queries) -> None:
    session = factory.open_session()
    people = [factory.measured(session) for _ in range(30)]
    with django_assert_max_num_queries(10):
        taken = take(*people)
    assert [seat.participant_id for seat, _state in taken] == [one.pk for one in people]
    assert {state for _seat, state in taken} == {"measuring"}
    assert {seat.consent_id for seat, _state in taken} == {one.active_consent().pk for one in people}


@pytest.mark.django_db
def test_each_who_has_no_seat_hears_why_and_the_others_sit_down() -> None:
    anna, ben, clara, dora = (factory.measured() for _ in range(4))
    ben.leave(removed=True)
    clara.session.close()
    Participant.objects.filter(pk=dora.pk).delete()
    (seat, _state), *refused = take(anna, ben, clara, dora)
    assert seat.participant_id == anna.pk
    assert [one.code for one in refused] == [Close.REMOVED, Close.ENDED, Close.NO_SEAT]


@pytest.mark.django_db
def test_any_number_of_strangers_costs_one_question(django_assert_max_num_queries) -> None:
    anna, nowhere = factory.measured(), factory.measured()
    scopes = {str(number): scope_of(anna, cookie="") for number in range(50)}
    scopes["nowhere"] = scope_of(nowhere, cookie="")
    nowhere.session.delete()
    with django_assert_max_num_queries(4):
        answers = connections.take_seats.func(scopes)
    assert answers.pop("nowhere").code == Close.NO_SESSION
    assert {answer.code for answer in answers.values()} == {Close.NO_SEAT}


@pytest.mark.django_db
def test_nobody_is_answered_with_the_seat_of_another_session() -> None:
    anna, ben = factory.measured(), factory.measured()
    elsewhere = scope_of(ben, cookie=Student(anna).socket.scope["headers"][1][1].decode())
    [answer] = connections.take_seats.func({"a": elsewhere}).values()
    assert answer.code == Close.NO_SEAT


async def test_what_comes_while_one_question_is_under_way_goes_with_the_next() -> None:
    asked, may_answer = [], asyncio.Event()

    async def answer(questions: Mapping[int, int]) -> dict[int, int]:
        asked.append(len(questions))
        await may_answer.wait()
        return {key: question * 2 for key, question in questions.items()}

    asker = batched_queries._Asker(answer)
    first = asyncio.create_task(asker.ask(0, 0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(asker.ask(number, number)) for number in range(1, 50)]
    await asyncio.sleep(0)
    may_answer.set()
    assert await asyncio.gather(first, *others) == [number * 2 for number in range(50)]
    assert asked == [1, 49]


async def test_who_goes_away_cancels_nobodys_question() -> None:
    async def answer(questions: Mapping[str, str]) -> dict[str, str]:
        await asyncio.sleep(0.01)
        return dict(questions)

    asker = batched_queries._Asker(answer)
    going, staying = (asyncio.create_task(asker.ask(name, name)) for name in "ab")
    await asyncio.sleep(0)
    going.cancel()
    assert await staying == "b"


async def test_a_question_that_fails_fails_for_those_who_asked_and_the_next_does_not() -> None:
    async def answer(questions: Mapping[str, str]) -> dict[str, str]:
        if "broken" in questions:
            raise DatabaseError
        return dict(questions)

    asker = batched_queries._Asker(answer)
    with pytest.raises(DatabaseError):
        await asker.ask("broken", "")
    assert await asker.ask("whole", "x") == "x"
