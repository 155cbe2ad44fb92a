"""Forgotten passwords: stored by the request, handled by a worker, as public forms are."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.audit.actor import Actor, ActorKind
from newsletter.audit.record import record
from newsletter.core.addresses import parse_address
from newsletter.core.wake import wake
from staff.accounts.mail import send_password_link
from staff.audit_actions import AccountAction
from staff.models import PasswordRequest

logger = logging.getLogger(__name__)

MOST_ACCOUNTS = 3
"""Accounts of one address that get a link. Two may share one; more is a mistake."""
SWEEP_AFTER = timedelta(seconds=10)
"""A worker was not woken for a request that waits longer than this."""
SWEEP_BATCH = 200


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
    """Handle the requests that no worker was woken for, because the broker was down or it died.

    Returns:
        How many were handled.
    """
    missed = PasswordRequest.objects.filter(received_at__lt=(now or timezone.now()) - SWEEP_AFTER)
    numbers = list(missed.order_by("pk").values_list("pk", flat=True)[:SWEEP_BATCH])
    return sum(map(_handle_or_log, numbers))


def forget_stale(*, now: datetime | None = None) -> int:
    """Delete what could not be handled within KEEP_FORM_SUBMISSIONS, and return how many."""
    since = (now or timezone.now()) - settings.KEEP_FORM_SUBMISSIONS
    number, _ = PasswordRequest.objects.filter(received_at__lt=since).delete()
    if number:
        logger.error("%s requests for a password could not be handled and were deleted", number)
    return number


def _handle_or_log(request_id: int) -> bool:
    try:
        return handle_request(request_id)
    except Exception:
        logger.exception("Could not handle request %s for a password", request_id)
        return False
