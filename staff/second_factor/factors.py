"""The second factors of an account."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.audit.record import record
from staff.accounts.mail import send_account_changed
from staff.accounts.second_factor_due import second_factor_due_at
from staff.audit_actions import AccountAction
from staff.sessions.sessions import end_sessions

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Kinds that are asked for. Recovery codes stand in for them."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors that an account has set up, for pages about it."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes: Authenticator | None

    @property
    def any(self) -> bool:
        """A second factor is asked for by signing in."""
        return bool(self.app or self.passkeys)

    @property
    def unused_codes(self) -> list[str]:
        """The recovery codes that are left. None where they can't be read any more."""
        try:
            return self.codes.wrap().get_unused_codes() if self.codes else []
        except InvalidToken:
            return []

    @property
    def codes_left(self) -> int:
        return len(self.unused_codes)


def factors_of(account: User) -> Factors:
    """Read what an account has set up."""
    rows: list[Authenticator] = list(Authenticator.objects.filter(user=account).order_by("pk"))
    return Factors(
        _first(rows, Authenticator.Type.TOTP),
        [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        _first(rows, Authenticator.Type.RECOVERY_CODES),
    )


def has_second_factor(account: User) -> bool:
    """Return whether signing in to this account asks for a second factor."""
    return bool(real_factors(account).exists())


def real_factors(account: User) -> "QuerySet[Authenticator]":
    """Select what is asked for when somebody signs in."""
    return Authenticator.objects.filter(user=account, type__in=REAL)  # type: ignore[no-any-return] # allauth ships no types


@transaction.atomic
def clear_second_factors(account: User, *, by: str) -> Factors:
    """Remove all second factors of somebody who has lost them, and sign them out everywhere.

    Args:
        by: the name of whoever does it, having made sure who asks.

    Returns:
        What was removed.
    """
    removed = factors_of(account)
    gone, _ = Authenticator.objects.filter(user=account).delete()
    if gone:
        end_sessions(account)
        record(AccountAction.SECOND_FACTORS_CLEARED, account, label=account.get_username())
        send_account_changed(
            account,
            f"{by} removed all its second steps, as one does for somebody who has lost them. Sign "
            f"in with your password, and set up a new one.",
        )
    return removed


def must_set_up(account: User) -> bool:
    """Return whether an account can't be used before it has a second factor."""
    if has_second_factor(account):  # most do, and it is asked with each page
        return False
    due = second_factor_due_at(account)
    return due is not None and due <= timezone.now()


def _first(rows: Iterable[Authenticator], kind: str) -> Authenticator | None:
    return next((row for row in rows if row.type == kind), None)
