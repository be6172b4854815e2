"""What a phone in the same network needs: this machine's address and a certificate for it."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from launcher.services import CannotStart

VALIDITY = timedelta(days=397)  # phones refuse certificates that live longer


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
    import trustme  # takes a moment to load and only LAN=1 needs it

    folder.mkdir(mode=0o700, exist_ok=True)
    leaf, authority = folder / f"{address}.pem", folder / "authority.pem"
    if not leaf.exists() or _is_old(leaf):
        authority_key = folder / "authority-key.pem"
        if authority.exists():
            ca = trustme.CA.from_pem(authority.read_bytes(), authority_key.read_bytes())
        else:
            ca = trustme.CA(organization_name="Classpulse on this machine")
            ca.cert_pem.write_to_path(authority)
            _write_secret(authority_key, ca.private_key_pem.bytes())
        names = (address, "localhost", "127.0.0.1", socket.gethostname())
        issued = ca.issue_cert(*names, not_after=datetime.now(UTC) + VALIDITY)
        _write_secret(leaf, issued.private_key_and_cert_chain_pem.bytes())
    return leaf, authority


def _is_old(leaf: Path) -> bool:
    return datetime.now(UTC) - datetime.fromtimestamp(leaf.stat().st_mtime, UTC) > VALIDITY * 0.9


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
