"""Codes of an authenticator app, and recovery codes. Each is accepted once."""

import hmac
import time
from contextlib import suppress

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db import transaction

from staff.second_factor.encryption import decrypt

_LAST = "last_counter"


@transaction.atomic
def use_code(account: User, typed: str) -> Authenticator | None:
    """Use a code, and return what it belongs to; None where it is wrong or was used before.

    Args:
        typed: of the app or a recovery code. Blanks and hyphens don't count.
    """
    code = plain_code(typed)
    rows = Authenticator.objects.select_for_update().filter(user=account).order_by("pk")
    for row in rows:
        with suppress(InvalidToken):  # a secret that can't be read has no code
            if row.type == Authenticator.Type.TOTP and _use_totp(row, code):
                return row
            if row.type == Authenticator.Type.RECOVERY_CODES and row.wrap().validate_code(code):
                return row
    return None


def plain_code(typed: str) -> str:
    """Return the digits of a code as a person typed it."""
    return "".join(each for each in typed if each not in " -\u2010\u2011\u00a0")


def matching_counter(secret: str, code: str, *, after: int = -1) -> int | None:
    """Return the step of time (RFC 6238) that a code belongs to, if it is near enough to now.

    Args:
        secret: of the app.
        code: as `plain_code` returned it.
        after: the step of the last code that was accepted; earlier ones, and itself, don't count.
    """
    present = int(time.time()) // app_settings.TOTP_PERIOD
    tolerance = app_settings.TOTP_TOLERANCE
    for counter in range(present - tolerance, present + tolerance + 1):
        expected = format_hotp_value(hotp_value(secret, counter))
        if hmac.compare_digest(expected.encode(), code.encode()) and counter > after:
            return counter
    return None


def remember_counter(row: Authenticator, counter: int) -> None:
    """Note the step of a code that was accepted: in the row, which all processes share.

    allauth keeps the code in the cache, which without Redis is each process's own.
    """
    row.data[_LAST] = counter
    row.save(update_fields=["data"])


def _use_totp(row: Authenticator, code: str) -> bool:
    counter = matching_counter(
        decrypt(row.data["secret"]), code, after=int(row.data.get(_LAST, -1))
    )
    if counter is None:
        return False
    remember_counter(row, counter)
    return True
