"""Forgotten passwords: stored by the request, handled by a worker, as public forms are."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from limits import parse

from newsletter.audit.actor import Actor, ActorKind
from newsletter.audit.record import record
from newsletter.core.addresses import parse_address
from newsletter.core.waiting_rows import forget_unhandled, sweep
from newsletter.core.wake import wake
from staff.accounts.mail import send_password_link
from staff.audit_actions import AccountAction
from staff.models import PasswordRequest

ASKED_PER_NETWORK = parse("20/hour")
"""Requests for a link to a new password. More get the same answer, and no email."""
MOST_ACCOUNTS = 3
"""Accounts of one address that get a link. Two may share one; more is a mistake."""


@transaction.atomic
def ask_for_link(raw: str, *, network: str = "") -> PasswordRequest:
    """Have the owner of an address mailed a link for each account that has it.

    Args:
        raw: an email address, as it was typed.
        network: that it was asked for from.

    Raises:
        newsletter.core.addresses.BadAddress: it is none.
    """
    asked = PasswordRequest.objects.create(email=parse_address(raw), network=network)
    wake("staff.handle_password_request", asked.pk, queue="transactional")
    return asked


@transaction.atomic
def handle_request(request_id: int) -> bool:
    """Mail the links that were asked for, and forget the request, in one transaction.

    Returns:
        Whether this call did. False: it is done, or another worker is at it.
    """
    waiting = PasswordRequest.objects.select_for_update(skip_locked=True)
    asked = waiting.filter(pk=request_id).first()
    if asked is None:
        return False
    visitor = Actor(ActorKind.VISITOR, "Visitor", network=asked.network)
    accounts = User.objects.select_for_update().filter(
        email__iexact=asked.email, is_active=True, is_staff=True
    )
    for account in accounts.order_by("pk")[:MOST_ACCOUNTS]:
        if send_password_link(account):
            label = account.get_username()
            record(AccountAction.RESET_ASKED, account, label=label, actor=visitor)
    asked.delete()
    return True


def sweep_requests(*, now: datetime | None = None) -> int:
    """Handle the requests that no worker was woken for, and return how many."""
    return sweep(PasswordRequest.objects.all(), handle_request, now=now)


def forget_stale(*, now: datetime | None = None) -> int:
    """Delete what could not be handled within KEEP_FORM_SUBMISSIONS, and return how many."""
    return forget_unhandled(PasswordRequest.objects.all(), now=now)
