"""A program that webhooks call: a real HTTP server, which answers as a test says."""

import threading
from http.server import BaseHTTPRequestHandler

from django.utils import timezone

from api import outbox
from api.models import Delivery, Event, Webhook
from api.tasks import deliver
from tests.local_server import LocalServer


class Receiver(LocalServer):
    def __init__(self) -> None:
        super().__init__(_Handler)
        self.status = 204
        self.headers: dict[str, str] = {}
        # Set: it never answers.
        self.is_silent = threading.Event()
        # Pieces of the answer's head, which it sends one after the other, without end.
        self.drips = False
        self.messages: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"{self.address}/hook?from=class"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.messages.append((self.path, headers, body))
        if self.server.is_silent.is_set():
            self.server.stop.wait(30)
            return
        if self.server.drips:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.server.stop.wait(0.02):
                try:
                    self.wfile.write(b"X-Slow: 1\r\nX")
                except OSError:
                    return
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def attempt(delivery: Delivery) -> Delivery:
    """Send it as if its time had come."""
    Delivery.objects.filter(pk=delivery.pk).update(next_try_at=timezone.now())
    deliver(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def waiting(webhook: Webhook) -> Delivery:
    return outbox.enqueue(webhook, Event.CLOSED, {"session": "s"})
