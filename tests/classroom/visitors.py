"""Browsers at other addresses, and what they send to the join page."""

from urllib.parse import parse_qsl, urlsplit

from django.http import HttpResponse
from django.test import Client

from classroom import throttle
from classroom.models import ClassSession


def from_address(number: int) -> Client:
    return Client(REMOTE_ADDR=f"192.0.{2 + number // 250}.{1 + number % 250}")


def delay(response: HttpResponse) -> float:
    """Return the seconds by which an answer was delayed."""
    return throttle.response_delay(response.wsgi_request)


def join(client: Client, session: ClassSession, name: str = "Anna", **fields: str) -> HttpResponse:
    return client.post("/join/", {"code": session.join_code, "display_name": name} | fields)


def link_fields(session: ClassSession) -> dict[str, str]:
    """Return the fields that the teacher's link fills in."""
    return dict(parse_qsl(urlsplit(session.join_url()).query))
