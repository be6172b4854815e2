"""Queries that the sockets of a class make at the same moment are one query."""

import asyncio
from collections.abc import Mapping

import pytest
from django.db import DatabaseError

from classroom.models import Participant
from emotion.socket import connections
from emotion.socket.batched_queries import Batcher
from emotion.socket.connections import Connection
from emotion.socket.identity import Identity, read_identity
from emotion.socket.protocol import Close, Rejected
from tests import factory
from tests.emotion.student import Student


def identity_of(participant: Participant, **request: object) -> Identity:
    scope = Student(participant, **request).socket.scope
    return read_identity(scope | {"url_route": {"kwargs": {"session_id": participant.session_id}}})


def open_all(identities: Mapping[str, Identity]) -> dict[str, tuple[Connection, str] | Rejected]:
    return connections.open_connections.func(identities)


def open_for(*participants: Participant) -> list[tuple[Connection, str] | Rejected]:
    return list(open_all({one.pk.hex: identity_of(one) for one in participants}).values())


@pytest.mark.django_db
def test_a_class_that_arrives_at_once_costs_a_few_queries(django_assert_max_num_queries) -> None:
    session = factory.open_session()
    people = [factory.measured(session) for _ in range(30)]
    with django_assert_max_num_queries(10):
        opened = open_for(*people)
    assert [connection.participant_id for connection, _state in opened] == [one.pk for one in people]
    assert {state for _connection, state in opened} == {"measuring"}
    assert {connection.consent_id for connection, _state in opened} == {
        one.active_consent().pk for one in people
    }


@pytest.mark.django_db
def test_each_rejected_connection_gets_its_code_and_the_others_open() -> None:
    anna, ben, clara, dora = (factory.measured() for _ in range(4))
    ben.leave(removed=True)
    clara.session.close()
    Participant.objects.filter(pk=dora.pk).delete()
    (connection, _state), *rejected = open_for(anna, ben, clara, dora)
    assert connection.participant_id == anna.pk
    assert [one.code for one in rejected] == [Close.REMOVED, Close.ENDED, Close.NO_SEAT]


@pytest.mark.django_db
def test_any_number_of_strangers_costs_one_query(django_assert_max_num_queries) -> None:
    anna, nowhere = factory.measured(), factory.measured()
    identities = {str(number): identity_of(anna, cookie="") for number in range(50)}
    identities["nowhere"] = identity_of(nowhere, cookie="")
    nowhere.session.delete()
    with django_assert_max_num_queries(4):
        answers = open_all(identities)
    assert answers.pop("nowhere").code == Close.NO_SESSION
    assert {answer.code for answer in answers.values()} == {Close.NO_SEAT}


@pytest.mark.django_db
def test_a_cookie_of_another_session_opens_no_connection() -> None:
    anna, ben = factory.measured(), factory.measured()
    elsewhere = identity_of(ben, cookie=Student(anna).socket.scope["headers"][1][1].decode())
    [answer] = open_all({"a": elsewhere}).values()
    assert answer.code == Close.NO_SEAT


async def test_requests_that_come_during_a_query_go_with_the_next() -> None:
    asked, may_answer = [], asyncio.Event()

    async def answer(requests: Mapping[int, int]) -> dict[int, int]:
        asked.append(len(requests))
        await may_answer.wait()
        return {key: request * 2 for key, request in requests.items()}

    batcher = Batcher(answer)
    first = asyncio.create_task(batcher.request(0, 0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(batcher.request(number, number)) for number in range(1, 50)]
    await asyncio.sleep(0)
    may_answer.set()
    assert await asyncio.gather(first, *others) == [number * 2 for number in range(50)]
    assert asked == [1, 49]


async def test_a_request_that_is_cancelled_cancels_no_other() -> None:
    async def answer(requests: Mapping[str, str]) -> dict[str, str]:
        await asyncio.sleep(0.01)
        return dict(requests)

    batcher = Batcher(answer)
    going, staying = (asyncio.create_task(batcher.request(name, name)) for name in "ab")
    await asyncio.sleep(0)
    going.cancel()
    assert await staying == "b"


async def test_a_query_that_fails_fails_for_its_requests_and_the_next_does_not() -> None:
    async def answer(requests: Mapping[str, str]) -> dict[str, str]:
        if "broken" in requests:
            raise DatabaseError
        return dict(requests)

    batcher = Batcher(answer)
    with pytest.raises(DatabaseError):
        await batcher.request("broken", "")
    assert await batcher.request("whole", "x") == "x"
