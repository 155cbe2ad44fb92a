"""Fingerprints of the keys, by which a backup is known to be this installation's.

A fingerprint is a keyed digest: of two keys it tells whether they are the same, and nothing else.
The keys themselves are in no backup.
"""

import hmac
from dataclasses import dataclass

from django.conf import settings

_DIGITS = 32


@dataclass(frozen=True, slots=True)
class KeyFingerprints:
    """The fingerprints of an installation's keys.

    Args:
        link_keys: in the order of LINK_KEYS.
        secret_key: of SECRET_KEY, which may be replaced at any time.
    """

    link_keys: tuple[str, ...]
    secret_key: str


def own_fingerprints() -> KeyFingerprints:
    """Return those of this installation."""
    return KeyFingerprints(
        tuple(_fingerprint("LINK_KEYS", key) for key in settings.LINK_KEYS),
        _fingerprint("SECRET_KEY", settings.SECRET_KEY),
    )


def seal_of(content: bytes) -> str:
    """Return the seal of a manifest, which only this installation can make.

    It is keyed by the last of LINK_KEYS, which is never taken away.
    """
    return hmac.digest(_key("seal", settings.LINK_KEYS[-1]), content, "sha256").hex()


def _fingerprint(name: str, key: str) -> str:
    return _key(f"fingerprint of {name}", key).hex()[:_DIGITS]


def _key(purpose: str, key: str) -> bytes:
    return hmac.digest(key.encode(), f"convene backup, {purpose}".encode(), "sha256")
