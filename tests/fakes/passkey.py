"""A passkey in software: it answers as a browser does (WebAuthn level 2), for any origin."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def base64url(raw: bytes) -> str:
    """Write bytes as browsers and servers exchange them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class SoftPasskey:
    """A key for one site."""

    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """Answer a page that adds a passkey."""
        numbers = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        attested = (
            bytes(16)
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + cbor.encode(cose)
        )
        told = self._client_data("webauthn.create", options)
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._authenticator_data(_ATTESTED) + attested,
        }
        return self._answer(
            {
                "clientDataJSON": base64url(told),
                "attestationObject": base64url(cbor.encode(attestation)),
                "transports": ["internal"],
            }
        )

    def get(self, options: dict[str, Any]) -> str:
        """Answer a page that asks for a passkey."""
        told = self._client_data("webauthn.get", options)
        data = self._authenticator_data(0)
        signed = data + hashlib.sha256(told).digest()
        return self._answer(
            {
                "clientDataJSON": base64url(told),
                "authenticatorData": base64url(data),
                "signature": base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": None,
            }
        )

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _authenticator_data(self, more: int) -> bytes:
        self.counter += 1
        flags = bytes([_PRESENT | _VERIFIED | more])
        digest = hashlib.sha256(self.rp_id.encode()).digest()
        return digest + flags + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> str:
        number = base64url(self.credential_id)
        return json.dumps(
            {
                "type": "public-key",
                "id": number,
                "rawId": number,
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": response,
            }
        )
