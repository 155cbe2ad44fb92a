"""The key and certificate that sign in Amazon's place."""

import datetime as dt
import os
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem"
VARIABLE = "SNS_CERTIFICATE"
"""The variable that names a certificate which several processes share, its key beside it."""


@cache
def certificate() -> tuple[rsa.RSAPrivateKey, bytes]:
    """Return a key and its certificate in PEM: those that the environment names, or new ones."""
    if path := os.environ.get(VARIABLE):
        key = serialization.load_pem_private_key(
            _key_beside(Path(path)).read_bytes(), password=None
        )
        assert isinstance(key, rsa.RSAPrivateKey)
        return key, Path(path).read_bytes()
    return _make()


def write_certificate(path: Path) -> None:
    """Write a certificate and its key, for processes whose environment will name it."""
    key, pem = _make()
    path.write_bytes(pem)
    kept = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _key_beside(path).write_bytes(key.private_bytes(*kept))


def _key_beside(path: Path) -> Path:
    return path.with_suffix(".key")


def _make() -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = dt.datetime.now(dt.UTC)
    # It is valid from yesterday on, for hosts whose clock is behind.
    begin, end = now - dt.timedelta(days=1), now + dt.timedelta(days=1)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), begin, end
    )
    return key, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
