"""The certificate authority that signs this machine's certificate.

It is valid for two years and for private networks only. trustme's own authority is valid until the year 3000
and for every name: a phone that installs it would trust whoever steals its key with any other site.
"""

import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

VALIDITY = timedelta(days=730)
PRIVATE_NETWORKS = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
    *("::1/128", "fc00::/7", "fe80::/10"),
)
SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def make_authority(address: str) -> tuple[bytes, bytes]:
    """The certificate and the private key of a new authority, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Classpulse on this machine")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a clock may be behind
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(SIGNS_CERTIFICATES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints(_names(address), excluded_subtrees=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), key_pem


def may_sign(authority: Path, address: str, *, until: datetime) -> bool:
    """Whether the authority can sign for this machine at this address until then."""
    if not authority.exists() or expiry(authority) < until:
        return False
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    names = [name.value for name in constraints.permitted_subtrees or ()]
    networks = [name for name in names if not isinstance(name, str)]
    return socket.gethostname() in names and any(ip_address(address) in network for network in networks)


def expiry(path: Path) -> datetime:
    """The end of validity of the first certificate in a PEM file."""
    return x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc


def _names(address: str) -> list[x509.GeneralName]:
    """The names and networks that it may sign for. The address may be public, as in some universities."""
    networks = [x509.IPAddress(ip_network(network)) for network in (*PRIVATE_NETWORKS, address)]
    return networks + [x509.DNSName(host) for host in ("localhost", socket.gethostname())]
