"""Where webhooks may be sent: to no private address, and to no server that is slow or redirects."""

import socket

import pytest

from api import sending
from api.addresses import Unreachable, require_sendable, resolve
from api.models import Scope
from tests import factory
from tests.api.clients import Program
from tests.api.receiver import attempt, waiting

pytestmark = pytest.mark.django_db


def test_a_redirect_is_not_followed(at_once, receiver, webhook):
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    delivery = attempt(waiting(webhook))
    assert delivery.problem == "The server answered 302. Redirects are not followed."
    assert len(receiver.messages) == 1


@pytest.mark.parametrize("fault", ["silent", "drips"])
def test_a_slow_receiver_holds_a_worker_only_briefly(at_once, receiver, webhook, settings, fault):
    settings.WEBHOOK_PATIENCE = 0.3
    receiver.drips = fault == "drips"
    if fault == "silent":
        receiver.is_silent.set()
    assert attempt(waiting(webhook)).problem == "The server did not answer in time."


def test_a_server_that_is_not_there_is_a_failure_with_its_reason(at_once, webhook):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    webhook.url = f"http://127.0.0.1:{port}/"
    webhook.save()
    assert attempt(waiting(webhook)).problem == "The server could not be reached, or broke off."


def test_without_encryption_a_server_of_https_is_a_failure(at_once, receiver, webhook):
    webhook.url = receiver.url.replace("http:", "https:")
    webhook.save()
    assert attempt(waiting(webhook)).problem == "The server has no valid certificate."


# --- where messages may go ------------------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "::",
    "fec0::1", "::10.0.0.1", "64:ff9b:1::a00:1", "2001:0:a00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_called(settings, monkeypatch, address):
    settings.WEBHOOK_NETWORKS = []
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, 1, 6, "", ("93.184.216.34", 443)), (family, 1, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
    with pytest.raises(Unreachable, match="private network"):
        resolve(require_sendable("https://looks-public.example/"))


@pytest.mark.parametrize("address", ["2606:2800:220:1::1", "93.184.216.34"])
def test_a_public_address_is_called(settings, address):
    settings.WEBHOOK_NETWORKS = []
    host = f"[{address}]" if ":" in address else address
    assert resolve(require_sendable(f"https://{host}/")) == address


def test_a_network_that_the_administrator_names_may_be_called(settings):
    settings.WEBHOOK_NETWORKS = ["10.20.0.0/16"]
    assert resolve(require_sendable("https://10.20.1.2/")) == "10.20.1.2"


def test_the_address_that_was_checked_is_the_one_that_is_called(at_once, receiver, webhook, monkeypatch):
    """The second look-up of a name leads elsewhere; it must not be made."""
    real, asked = socket.getaddrinfo, []

    def look_up(host, *args, **options):
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    webhook.url = receiver.url.replace("127.0.0.1", "school.invalid")
    webhook.save()
    assert attempt(waiting(webhook)).delivered_at
    assert asked[0] == "school.invalid"
    assert set(asked[1:]) <= {"127.0.0.1"}
    assert receiver.messages[0][1]["host"].startswith("school.invalid:")


BAD = [
    "", "x", "//a.example", "http://a.example/", "ftp://a.example/", "https://", "https://a.example:99999/",
    "https://user:pass@a.example/", "https://a.example/#x", "https://a.example/\r\nX: 1", "https://a.example/\x00",
    "https://a b.example/", "https://[::1/", "javascript:alert(1)", "https://ä.example/", "https://a.example:x/",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address_of_a_secure_server_is_refused(url):
    program = Program.of(factory.teacher(), Scope.WEBHOOKS)
    answer = program.post("/webhooks", {"url": url, "events": ["session.closed"]})
    assert answer.status_code == 422
    assert [one["name"] for one in answer.json()["errors"]] == ["url"]


def test_a_refused_address_is_told_in_words():
    program = Program.of(factory.teacher(), Scope.WEBHOOKS)
    answer = program.post("/webhooks", {"url": "http://a.example/", "events": ["session.closed"]})
    assert [one["detail"] for one in answer.json()["errors"]] == ["The address has to begin with https://."]


def test_a_name_that_is_not_found_is_a_failure_with_its_reason(settings):
    with pytest.raises(Unreachable, match="not found"):
        sending.resolve(require_sendable("https://school.invalid/"))
