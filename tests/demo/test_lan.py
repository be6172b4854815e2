"""The certificate that phones in the network are shown, and what its authority can sign."""

import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from demo.certificate_authority import expiry
from demo.lan import certificate


def test_a_phone_is_shown_the_same_certificate_each_time(tmp_path: Path):
    leaf, authority = certificate(tmp_path / "lan", "192.0.2.7")
    issued = leaf.read_bytes()
    assert certificate(tmp_path / "lan", "192.0.2.7") == (leaf, authority)
    assert leaf.read_bytes() == issued
    assert leaf.stat().st_mode & 0o077 == 0


def connect(folder: Path, leaf: Path, *, name: str) -> None:
    """A phone that trusts this folder's authority asks for this name. Raises ssl.SSLError."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(leaf)
    phone = ssl.create_default_context(cafile=folder / "authority.pem")
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    asked = phone.wrap_bio(ours, theirs, server_hostname=name)
    answered = server.wrap_bio(theirs, ours, server_side=True)
    for _ in range(3):
        for side in (asked, answered):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()


@pytest.mark.parametrize("address", ["192.168.1.7", "10.1.2.3", "192.0.2.7"])
def test_the_authority_signs_for_this_machine(tmp_path: Path, address: str):
    leaf, _authority = certificate(tmp_path / "lan", address)
    connect(tmp_path / "lan", leaf, name=address)
    connect(tmp_path / "lan", leaf, name="localhost")


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8"])
def test_a_stolen_authority_signs_for_no_other_site(tmp_path: Path, name: str):
    folder = tmp_path / "lan"
    certificate(folder, "192.168.1.7")
    stolen = trustme.CA.from_pem(
        *(folder.joinpath(f"authority{part}.pem").read_bytes() for part in ("", "-key"))
    )
    (folder / "forged.pem").write_bytes(stolen.issue_cert(name).private_key_and_cert_chain_pem.bytes())
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        connect(folder, folder / "forged.pem", name=name)


def test_an_authority_without_constraints_is_replaced(tmp_path: Path):
    folder = tmp_path / "lan"
    folder.mkdir()
    former = trustme.CA()
    former.cert_pem.write_to_path(folder / "authority.pem")
    former.private_key_pem.write_to_path(folder / "authority-key.pem")
    leaf, authority = certificate(folder, "192.168.1.7")
    assert expiry(authority) < datetime.now(UTC) + timedelta(days=731)
    connect(folder, leaf, name="192.168.1.7")
