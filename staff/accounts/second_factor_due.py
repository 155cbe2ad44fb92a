"""Accounts that need a second step to sign in, and from when."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from staff.models import SecondFactorDue
from staff.roles import Permission, permissions_of

NEEDS_SECOND_FACTOR: frozenset[Permission] = frozenset(
    {
        "campaigns.launch_campaign",
        "subscribers.view_subscriber",
        "subscribers.view_application",
        "subscribers.delete_subscriber",
        "newsletter.view_auditentry",
        "subscribers.view_consentrecord",
        "auth.add_user",
        "auth.change_user",
    }
)
"""Whoever may do one of these sends to all, sees or exports people and what they did, or gives
others the right to.
"""


type Reason = Callable[[User], bool]

_reasons: list[Reason] = []


def add_reason(reason: Reason) -> None:
    """Need a second step of each account of which `reason` is true, whatever its roles.

    The apps above say theirs when they are loaded: this one knows nothing of what they hide.
    """
    _reasons.append(reason)


def needs_second_factor(account: User) -> bool:
    """Return whether a role of this account, or another reason, needs a second step."""
    return any(map(account.has_perm, NEEDS_SECOND_FACTOR)) or _has_reason(account)


def note_need(account: User, *, now: datetime | None = None) -> None:
    """Begin the days of grace of an account that has just come to need a second step.

    They don't begin anew with another role or reason, and end with the last. Whatever gives or
    takes roles, or gives a reason, calls it in its own transaction.
    """
    names = account.groups.values_list("name", flat=True)
    by_role = account.is_superuser or NEEDS_SECOND_FACTOR & permissions_of(names)
    if not by_role and not _has_reason(account):
        SecondFactorDue.objects.filter(account=account, first_login=False).delete()
        return
    SecondFactorDue.objects.get_or_create(
        account=account, defaults={"since": now or timezone.now()}
    )


def _has_reason(account: User) -> bool:
    return any(reason(account) for reason in _reasons)


def note_first_login(account: User) -> None:
    """Let the account that was made with the installation do without, while no email leaves."""
    SecondFactorDue.objects.update_or_create(
        account=account, defaults={"since": timezone.now(), "first_login": True}
    )


def second_factor_due_at(account: User) -> datetime | None:
    """Return from when an account can't be used without a second step; None where it always can.

    Where the roles were given by neither form nor invitation, the days are counted from when the
    account was made.
    """
    if not needs_second_factor(account):
        return None
    due = SecondFactorDue.objects.filter(account=account).first()
    if due is None:
        return account.date_joined + settings.SECOND_FACTOR_GRACE
    if due.first_login and no_email_leaves():
        return None
    return due.due_at


def no_email_leaves() -> bool:
    """Return whether all mail goes to the development inbox, as with `make run`."""
    return all(mailer.provider == "inbox" for mailer in settings.MAILER_SETTINGS.values())
