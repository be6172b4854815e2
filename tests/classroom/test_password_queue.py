"""The fair queue for password hashing, and the priority of hashing."""

import asyncio
import os
import sys
import threading

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import AsyncClient
from django.utils.module_loading import import_string

from classroom import password_queue
from classroom.fair_queue import FairQueue
from config import hashers
from config import settings as site


async def served(queue, *askers):
    """Return the order of turns of requests that all arrive while another one has its turn."""
    order = []

    async def ask(address, account):
        async with queue.turn(address, account):
            order.append((address, account))

    async with queue.turn("first", ""):
        asking = [asyncio.create_task(ask(*asker)) for asker in askers]
        await asyncio.sleep(0)
    await asyncio.gather(*asking)
    return order


async def test_one_password_waits_for_one_of_a_hundred_from_another_address():
    order = await served(FairQueue(1), *[("script", f"guess {n}") for n in range(100)], ("school", "ada"))
    assert order.index(("school", "ada")) == 1
    assert len(order) == 101


async def test_a_hundred_guesses_at_one_account_delay_no_other_account_of_the_address():
    order = await served(FairQueue(1), *[("school", "bob")] * 100, ("school", "ada"))
    assert order.index(("school", "ada")) == 1


async def test_a_stream_of_new_addresses_starves_nobody():
    staff = [("school", f"teacher {n}") for n in range(3)]
    order = await served(FairQueue(1), *staff, *[(f"2001:db8:{n}::", "") for n in range(50)])
    assert order[0] == staff[0]
    # After one turn of each other address.
    assert order.index(staff[1]) == 51
    assert len(order) == 53


async def test_concurrency_stays_within_the_limit():
    queue, inside, most = FairQueue(3), 0, 0

    async def ask(number):
        nonlocal inside, most
        async with queue.turn(str(number % 4), ""):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*map(ask, range(40)))
    assert (most, inside) == (3, 0)


async def test_a_cancelled_wait_takes_no_turn():
    queue = FairQueue(1)
    async with queue.turn("first", ""):
        gone = asyncio.create_task(queue.turn("second", "").__aenter__())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
    assert await served(queue, ("third", "")) == [("third", "")]


async def test_a_failed_turn_is_released():
    queue = FairQueue(1)
    with pytest.raises(ValueError, match="wrong"):
        async with queue.turn("first", ""):
            raise ValueError("wrong")
    assert await served(queue, ("second", "")) == [("second", "")]


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/admin/login/",
        "/accounts/signup/",
        "/accounts/password_change/",
        "/accounts/delete/",
        "/accounts/reset/MQ/set-password/",
    ],
)
async def test_each_page_that_hashes_a_password_waits_for_its_turn(path, monkeypatch):
    monkeypatch.setattr(password_queue, "_queue", FairQueue(0))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await AsyncClient().post(path, {"username": "ada", "password": "wrong"})


def test_password_hashes_are_made_by_django():
    ours = hashers.LowPriorityHasher().encode("correct horse", "salt", 1000)
    assert ours == PBKDF2PasswordHasher().encode("correct horse", "salt", 1000)
    assert import_string(site.PASSWORD_HASHERS[0]) is hashers.LowPriorityHasher


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere niceness belongs to the whole process")
def test_hashing_runs_at_a_lower_priority():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert hashers.THREADS.submit(niceness).result() == min(19, niceness() + hashers.NICENESS)
