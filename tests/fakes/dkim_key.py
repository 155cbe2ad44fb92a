"""Keys that sign email, and what DNS says of them, so that dkimpy can verify."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

KEYS: dict[str, Callable[[], rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey]] = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}
PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
USUAL = "convene._domainkey.lists.example.org"


class Key:
    """A private key in a file, and what DNS says of it."""

    def __init__(self, folder: Path, kind: str, *, name: str = USUAL) -> None:
        key = KEYS[kind]()
        self.name = name
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(key.private_bytes(*PEM))
        public = key.public_key()
        raw = (
            public.public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            if kind == "rsa"
            else public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )
        self.record = f"v=DKIM1; k={kind}; p={b64encode(raw).decode()}".encode()

    def verifies(self, raw: bytes) -> bool:
        verified: bool = dkim.verify(raw, dnsfunc=self._look_up)
        return verified

    def _look_up(self, name: bytes, timeout: int = 5) -> bytes | None:
        return self.record if name == f"{self.name}.".encode() else None
