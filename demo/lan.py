"""This machine's address in its network and a certificate for it, so that phones can connect over https."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.services import CannotStart

VALIDITY = timedelta(days=397)  # phones refuse certificates that live longer
RENEWED_BEFORE = timedelta(days=30)


def lan_address() -> str:
    """The address of this machine in its network. No packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError as error:
            raise CannotStart("LAN=1 needs a network, and this machine is in none.") from error
        return probe.getsockname()[0]


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """The files of a certificate for this address and of the authority that signed it.

    Both are kept in the folder, so that a phone asks its user only once.
    """
    # Only LAN=1 needs these, and they take a moment to load.
    import trustme

    from demo.certificate_authority import expiry, make_authority, may_sign

    folder.mkdir(mode=0o700, exist_ok=True)
    leaf, authority, key = folder / f"{address}.pem", folder / "authority.pem", folder / "authority-key.pem"
    soon = datetime.now(UTC) + RENEWED_BEFORE
    if not may_sign(authority, address, until=soon):
        for signed in folder.glob("*.pem"):
            signed.unlink()
        certificate_pem, key_pem = make_authority(address)
        write_secret(key, key_pem)
        # The key is written first, so that a certificate is never there without it.
        write_secret(authority, certificate_pem)
    if not leaf.exists() or expiry(leaf) < soon:
        ca = trustme.CA.from_pem(authority.read_bytes(), key.read_bytes())
        names = (address, "localhost", "127.0.0.1", socket.gethostname())
        issued = ca.issue_cert(*names, not_after=min(datetime.now(UTC) + VALIDITY, expiry(authority)))
        write_secret(leaf, issued.private_key_and_cert_chain_pem.bytes())
    return leaf, authority


def write_secret(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, even if this process is killed meanwhile."""
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(path)
