"""Encryption of the secrets of second factors, of which a copy of the database gives nothing away.

The key comes from the last of LINK_KEYS, as that of address digests: it is kept with backups and
never taken away, so secrets can be read after every rotation. SECRET_KEY may be replaced at any
time, and then nobody who has an authenticator app could sign in.
"""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def encrypt(text: str) -> str:
    """Return `text` for a column of the database."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return what was encrypted.

    Raises:
        cryptography.fernet.InvalidToken: it was encrypted with another key, or never.
    """
    return _fernet().decrypt(encrypted).decode()


def _fernet() -> Fernet:
    secret = b"convene second factor\0" + settings.LINK_KEYS[-1].encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret).digest()))
