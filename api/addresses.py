"""Where a webhook may lead. It must not make this server call a machine that only this server reaches."""

import ipaddress
import re
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.posting import Receiver

# Printable ASCII. A name with other letters comes in the form that DNS knows.
URL = re.compile(r"[!-~]{1,500}")
HOST = re.compile(r"[a-z0-9.:_-]{1,253}", re.IGNORECASE)
# An IPv6 network whose addresses are IPv4 addresses behind a translator.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class Unreachable(Exception):
    """Nothing is sent there. The message is for the log of deliveries and for the teacher."""

    def __init__(self, for_people: Promise | str) -> None:
        super().__init__(str(for_people))
        self.for_people = for_people


def require_sendable(url: str) -> Receiver:
    """Return the parts of an address to which messages may be sent. Nothing is looked up."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable(_("This is not an address of a web server.")) from error
    if not URL.fullmatch(url) or not parts.hostname or not HOST.fullmatch(parts.hostname):
        raise Unreachable(_("This is not an address of a web server."))
    if parts.scheme != "https" and not (settings.DEBUG and parts.scheme == "http"):
        raise Unreachable(_("The address has to begin with https://."))
    if parts.username is not None or parts.fragment:
        raise Unreachable(_("The address must have no user name and no #."))
    is_encrypted = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(is_encrypted, parts.hostname, port or (443 if is_encrypted else 80), path)


def resolve(receiver: Receiver) -> str:
    """Return an address of the receiver's host, which has to be called and no other.

    A name that is looked up again could lead elsewhere the second time.
    """
    try:
        found = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("The name of the server was not found.")) from error
    addresses = [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_rest, where in found]
    # One private address among them is enough: a name that leads to both is no mistake.
    if not addresses or not all(_may_be_called(address) for address in addresses):
        raise Unreachable(_("The server is in a private network."))
    return str(addresses[0])


def _may_be_called(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ipaddress.ip_network(network) for network in settings.WEBHOOK_NETWORKS):
        return True
    return address.is_global and not address.is_multicast and not _is_translated(address)


def _is_translated(address: Address) -> bool:
    """Whether it leads to an IPv4 address, which may be a private one."""
    if isinstance(address, IPv4Address):
        return False
    return bool(address.sixtofour or address.teredo or address in TRANSLATED)
