"""One attempt to deliver: signed as Standard Webhooks has it, sent to an address that was checked."""

import base64
import hmac
import json
import socket
import ssl
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .addresses import Receiver, Unreachable, require_sendable, resolve
from .models import Delivery

NO_ANSWER = gettext_lazy("The server did not answer in time.")
USER_AGENT = "Classpulse-Webhooks/1"


def send(delivery: Delivery) -> None:
    """Make one attempt, and record how it went."""
    now, status = timezone.now(), None
    try:
        receiver = require_sendable(delivery.webhook.url)
        body = json.dumps(delivery.payload, separators=(",", ":")).encode()
        status = post(receiver, body, signed_headers(delivery, body, int(now.timestamp())))
        problem = _problem(status)
    except Unreachable as error:
        problem = str(error.for_people)
    except ssl.SSLError:
        problem = _("The server has no valid certificate.")
    except TimeoutError:
        problem = str(NO_ANSWER)
    except (OSError, HTTPException):
        problem = _("The server could not be reached, or broke off.")
    if problem:
        delivery.record_failure(status, problem, timezone.now())
    else:
        delivery.record_success(status or 0, timezone.now())


def _problem(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _("The server answered %(status)s. Redirects are not followed.") % {"status": status}
    return _("The server answered %(status)s.") % {"status": status}


def signed_headers(delivery: Delivery, body: bytes, timestamp: int) -> dict[str, str]:
    message_id = f"msg_{delivery.message_id.hex}"
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(delivery.webhook.key, signed, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "Connection": "close",
    }


def post(receiver: Receiver, body: bytes, headers: dict[str, str]) -> int:
    """Return the status of the answer. Its headers and body are not looked at, a redirect is not followed."""
    connection = _Connection(receiver, resolve(receiver))
    # A timeout of a socket begins anew with each byte; this one does not.
    too_late = Timer(settings.WEBHOOK_PATIENCE, connection.give_up)
    too_late.start()
    try:
        connection.request("POST", receiver.path, body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException):
        if not connection.was_given_up:
            raise
    finally:
        too_late.cancel()
        connection.close()
    # An answer that was cut off reads like one that has ended.
    if connection.was_given_up:
        raise TimeoutError
    return status


class _Connection(HTTPConnection):
    """A connection to the address that was checked, with the certificate of the host."""

    def __init__(self, receiver: Receiver, address: str) -> None:
        super().__init__(receiver.host, receiver.port, timeout=settings.WEBHOOK_PATIENCE)
        self.is_encrypted, self.address = receiver.is_encrypted, address
        self.was_given_up = False
        # http.client leaves out of the Host header the port that is usual without encryption.
        self.default_port = 443 if receiver.is_encrypted else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.is_encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def give_up(self) -> None:
        self.was_given_up = True
        sock: Any = self.sock
        if sock:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already.
                return
