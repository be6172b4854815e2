"""One message to another server by HTTP: to a chosen address, within a time, without redirects."""

import socket
import ssl
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import NamedTuple


@dataclass(frozen=True)
class Receiver:
    """The parts of a server's address."""

    is_encrypted: bool
    host: str
    port: int
    # With the query.
    path: str


class Answer(NamedTuple):
    status: int
    # For how long the server wants to be left alone.
    retry_after: timedelta
    # As far as it was asked for.
    body: bytes


def post(
    receiver: Receiver,
    address: str,
    body: bytes,
    headers: dict[str, str],
    patience: float,
    *,
    most_bytes: int = 0,
) -> Answer:
    """Send a message and return the answer, with so many bytes of its body. A redirect is not followed.

    `address` is called, a name or number of the receiver's host. `patience` is in seconds.
    """
    connection = _Connection(receiver, address, patience)
    # A timeout of a socket begins anew with each byte; this one does not.
    too_late = Timer(patience, connection.give_up)
    too_late.start()
    try:
        connection.request("POST", receiver.path, body, headers)
        response = connection.getresponse()
        retry_after = _seconds(response.getheader("Retry-After", ""))
        answer = Answer(response.status, retry_after, response.read(most_bytes) if most_bytes else b"")
    except (OSError, HTTPException):
        if not connection.was_given_up:
            raise
    finally:
        too_late.cancel()
        connection.close()
    # An answer that was cut off reads like one that has ended.
    if connection.was_given_up:
        raise TimeoutError
    return answer


def _seconds(text: str) -> timedelta:
    """A date instead of seconds says nothing here: the servers that we know send seconds."""
    return (
        timedelta(seconds=int(text))
        if text.isascii() and text.isdecimal() and len(text) < 10
        else timedelta()
    )


class _Connection(HTTPConnection):
    """A connection to the chosen address, with the certificate of the host."""

    def __init__(self, receiver: Receiver, address: str, patience: float) -> None:
        super().__init__(receiver.host, receiver.port, timeout=patience)
        self.is_encrypted, self.address = receiver.is_encrypted, address
        self.was_given_up = False
        # http.client forgets its own once it has read the headers.
        self.opened: socket.socket | None = None
        # http.client leaves out of the Host header the port that is usual without encryption.
        self.default_port = 443 if receiver.is_encrypted else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        self.opened = self.sock
        if self.is_encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
            self.opened = self.sock

    def give_up(self) -> None:
        self.was_given_up = True
        if self.opened:
            try:
                self.opened.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already.
                return
