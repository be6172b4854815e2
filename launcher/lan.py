"""What a phone in the same network needs: this machine's address and a certificate for it."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from launcher.services import CannotStart

VALIDITY = timedelta(days=397)  # phones refuse certificates that live longer
RENEWED_BEFORE = timedelta(days=30)


def lan_address() -> str:
    """The address that this machine uses towards its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError as error:
            raise CannotStart("LAN=1 needs a network, and this machine is in none.") from error
        return probe.getsockname()[0]


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A certificate for this address and its authority, both kept, so that a phone asks only once."""
    import trustme  # these two take a moment to load and only LAN=1 needs them

    from launcher.authority import ends, make_authority, may_sign

    folder.mkdir(mode=0o700, exist_ok=True)
    leaf, authority, key = folder / f"{address}.pem", folder / "authority.pem", folder / "authority-key.pem"
    soon = datetime.now(UTC) + RENEWED_BEFORE
    if not may_sign(authority, address, until=soon):
        for signed in folder.glob("*.pem"):
            signed.unlink()
        certificate_pem, key_pem = make_authority(address)
        write_secret(key, key_pem)
        write_secret(authority, certificate_pem)  # last: where it is, its key is
    if not leaf.exists() or ends(leaf) < soon:
        ca = trustme.CA.from_pem(authority.read_bytes(), key.read_bytes())
        names = (address, "localhost", "127.0.0.1", socket.gethostname())
        issued = ca.issue_cert(*names, not_after=min(datetime.now(UTC) + VALIDITY, ends(authority)))
        write_secret(leaf, issued.private_key_and_cert_chain_pem.bytes())
    return leaf, authority


def write_secret(path: Path, content: bytes) -> None:
    """Whole or not at all: a launcher that is killed meanwhile leaves no half of a key."""
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(path)
