"""One message to another server by HTTP: to a chosen address, within a time, without redirects."""

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any


@dataclass(frozen=True)
class Receiver:
    """The parts of a server's address."""

    is_encrypted: bool
    host: str
    port: int
    # With the query.
    path: str


def post(receiver: Receiver, address: str, body: bytes, headers: dict[str, str], patience: float) -> int:
    """Return the status of the answer. Its headers and body are not looked at, a redirect is not followed.

    `address` is called, a name or number of the receiver's host. `patience` is in seconds.
    """
    connection = _Connection(receiver, address, patience)
    # A timeout of a socket begins anew with each byte; this one does not.
    too_late = Timer(patience, connection.give_up)
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
    """A connection to the chosen address, with the certificate of the host."""

    def __init__(self, receiver: Receiver, address: str, patience: float) -> None:
        super().__init__(receiver.host, receiver.port, timeout=patience)
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
