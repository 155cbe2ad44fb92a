"""A device that has signed in to an account before, known by a cookie."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

REMEMBER_DEVICE = timedelta(days=400)
"""Browsers keep no cookie for longer (RFC 6265bis section 5.5)."""

_SALT = "staff device"


def remember_device(account: User, page: HttpResponse) -> None:
    """Set a cookie, for the sign-in pages alone, by which this device is known.

    It opens nothing. It spares the account's owner the wait that others' guesses cause.
    """
    name, value = device_cookie(account.get_username(), account.pk)
    page.set_cookie(
        name,
        value,
        max_age=REMEMBER_DEVICE,
        path=reverse("admin:login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_cookie(username: str, account_id: int) -> tuple[str, str]:
    """Make the name and value of the cookie by which a device is known that has signed in.

    It holds for this account alone: a username may be somebody else's one day.
    """
    name = username.casefold()
    return _cookie_name(name), TimestampSigner(salt=_SALT).sign(
        f"{_account_digest(name, account_id)}-{secrets.token_hex(8)}"
    )


def known_device(username: str, account_id: int | None, cookies: Mapping[str, str]) -> str:
    """Return the number of the device, if it has signed in to this account before; or else ""."""
    name = username.casefold()
    try:
        value = TimestampSigner(salt=_SALT).unsign(
            cookies.get(_cookie_name(name), ""), max_age=REMEMBER_DEVICE
        )
    except BadSignature:
        return ""
    digest, _, device = value.partition("-")
    return device if digest == _account_digest(name, account_id) else ""


def _cookie_name(name: str) -> str:
    return f"device-{_digest(name)[:12]}"


def _account_digest(name: str, account_id: int | None) -> str:
    return _digest(f"{name}\n{account_id or ''}")


def _digest(name: str) -> str:
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()
