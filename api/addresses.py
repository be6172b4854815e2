"""Check the addresses of webhooks, so that none makes this server call its own private network (SSRF)."""

import ipaddress
import re
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.posting import Receiver

# Printable ASCII. A host with other letters has to be in Punycode.
URL = re.compile(r"[!-~]{1,500}")
HOST = re.compile(r"[a-z0-9.:_-]{1,253}", re.IGNORECASE)
# All public IPv6 addresses (RFC 4291). `is_global` also accepts site-local addresses, and some that contain
# an IPv4 address, which may be a private one.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
Address = IPv4Address | IPv6Address


class Unreachable(Exception):
    """Nothing is sent there. The message is for the log of deliveries and for the teacher."""

    def __init__(self, for_people: Promise | str) -> None:
        super().__init__(str(for_people))
        self.for_people = for_people


def require_sendable(url: str) -> Receiver:
    """Check the form of a webhook's address and return its parts. Makes no DNS request."""
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
    """Return the IP address of the receiver's host.

    Connect to it and not to the name: a second look-up may lead elsewhere (DNS rebinding).
    """
    try:
        found = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("The name of the server was not found.")) from error
    addresses = [ipaddress.ip_address(str(sockaddr[0]).partition("%")[0]) for *_rest, sockaddr in found]
    # One private address is enough to refuse: no honest host has both kinds.
    if not addresses or not all(_may_be_called(address) for address in addresses):
        raise Unreachable(_("The server is in a private network."))
    return str(addresses[0])


def _may_be_called(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ipaddress.ip_network(network) for network in settings.WEBHOOK_NETWORKS):
        return True
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return True
    return address in GLOBAL_UNICAST and not address.sixtofour and not address.teredo
