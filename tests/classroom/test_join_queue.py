"""A crowd from one network joins one after the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from classroom import throttle
from config.settings import Pace
from tests import factory
from tests.classroom.visitors import join

pytestmark = pytest.mark.django_db


def turns(count, address="192.0.2.7", place="ACEH3K"):
    request = RequestFactory(REMOTE_ADDR=address).post("/join/")
    return [throttle.join_delay(request, place) for _ in range(count)]


# The factor by which the pace is stretched.
SLOWED = 1000


@pytest.fixture
def slow_turns(settings):
    """Stretch the pace, so that all requests count as simultaneous on a slow machine."""
    at_once, a_second, longest_wait = settings.JOINS_OF_ONE_ADDRESS
    settings.JOINS_OF_ONE_ADDRESS = Pace(at_once, a_second / SLOWED, longest_wait * SLOWED)


def test_300_students_of_one_network_all_get_a_turn(slow_turns):
    waits = turns(300)
    assert waits[:100] == [0.0] * 100
    assert None not in waits
    assert 15 < waits[-1] / SLOWED <= 20


def test_a_script_waits_longer_and_is_then_refused(slow_turns):
    waits = turns(400)
    assert None in waits
    assert turns(1, place="another class") == turns(1, address="192.0.2.8") == [0.0]


def test_changing_ipv6_networks_does_not_avoid_the_queue(slow_turns):
    waits = [turns(1, address=f"2001:db8:1:{number:x}::1")[0] for number in range(400)]
    assert waits[:290] == [0.0] * 290
    assert waits[-1] > 0
    assert turns(1, address="2001:db8:2::1") == [0.0]


def test_300_phones_of_one_provider_all_get_a_turn(slow_turns):
    assert None not in [turns(1, address=f"2001:db8:1:{number:x}::1")[0] for number in range(300)]


def test_parallel_requests_share_one_queue(settings):
    settings.JOINS_OF_ONE_ADDRESS = Pace(at_once=100, a_second=0.01, longest_wait=timedelta(days=1))
    with ThreadPoolExecutor(20) as pool:
        waits = [wait for each in pool.map(lambda _: turns(10), range(20)) for wait in each]
    # A hundred seconds allow one more.
    assert sum(wait == 0.0 for wait in waits) in (100, 101)
    assert len({round(wait) for wait in waits if wait}) >= 99


def test_a_full_queue_keeps_what_was_typed(client, settings):
    settings.JOINS_OF_ONE_ADDRESS = Pace(at_once=1, a_second=0.01, longest_wait=timedelta(seconds=1))
    session = factory.open_session()
    assert join(client, session, "Ben").status_code == 302
    crowded = join(Client(), session, "Anna")
    assert crowded.status_code == 429
    assert 'value="Anna"' in crowded.content.decode()
    assert "Press “Continue” again" in crowded.content.decode()
    assert session.participants.count() == 1


def test_ipv6_addresses_are_counted_by_network():
    houses = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.7", ""]
    networks = [throttle.network(RequestFactory(REMOTE_ADDR=house).get("/")) for house in houses]
    assert networks == ["2001:db8:1:2::", "2001:db8:1:2::", "2001:db8:1:3::", "192.0.2.7", ""]


def test_ipv4_mapped_addresses_are_counted_singly():
    houses = ["::ffff:192.0.2.7", "::ffff:192.0.2.8", "192.0.2.7"]
    networks = [throttle.network(RequestFactory(REMOTE_ADDR=house).get("/")) for house in houses]
    assert networks == ["192.0.2.7", "192.0.2.8", "192.0.2.7"]
