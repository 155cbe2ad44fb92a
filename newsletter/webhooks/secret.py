"""The first wall: WEBHOOK_SECRET, which whoever brings a report has to know.

It comes in the address, as `?secret=`, or as the password of basic authentication.
"""

import base64
import binascii
from urllib.parse import unquote_plus

from django.conf import settings
from django.utils.crypto import constant_time_compare


def offered_secret(query: str, authorization: str) -> str:
    """Return the secret that a request offers; empty where it offers none.

    Args:
        query: what follows the question mark in its address.
        authorization: the header of that name (RFC 7617), or "".
    """
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "secret":
            return unquote_plus(value)
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials.strip()).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def is_the_secret(offered: str) -> bool:
    """Return whether it is WEBHOOK_SECRET, in a time that doesn't tell how much of it is right.

    Nothing is, while none is set.
    """
    secret: str = settings.WEBHOOK_SECRET
    return bool(secret) and constant_time_compare(offered, secret)
