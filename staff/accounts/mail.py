"""The single messages about staff accounts, one function a message.

They are in English, as the staff pages are.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from newsletter.brand.current import current_brand
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import messages_within, queue_message
from newsletter.rendering.notices import render_notice
from staff.accounts.links import INVITATION, PASSWORD, link_url

LINKS_A_DAY = 4
BETWEEN_LINKS = timedelta(minutes=15)
"""As for subscribers: a stranger who enters an address all day long must not fill its mailbox."""


def send_invitation(account: User, *, inviter: str) -> TransactionalMessage | None:
    """Send a colleague the link to their first password.

    Args:
        inviter: the name of whoever invites them.
    """
    context = {
        "inviter": inviter,
        "username": account.get_username(),
        "invitation_url": link_url(account, INVITATION),
    }
    return _send("staff_invitation", account, context)


def invitations_sent(accounts: Collection[User]) -> list[tuple[User, datetime]]:
    """Return each account with the time at which it was last sent an invitation.

    That is to its present address. Of an account that was sent none, it is when it was made.
    """
    digests = {account.pk: _digest(account) for account in accounts}
    messages = TransactionalMessage.objects.filter(
        kind="staff_invitation", digest__in=digests.values()
    )
    sent = dict(messages.values_list("digest").annotate(Max("created_at")))
    return [(account, sent.get(digests[account.pk], account.date_joined)) for account in accounts]


def send_password_link(account: User) -> TransactionalMessage | None:
    """Send the owner of an account the link to a new password, a few times a day at most.

    The caller holds the lock on the account's row.
    """
    context = {"username": account.get_username(), "password_url": link_url(account, PASSWORD)}
    if not _may_mail_link(account):
        return None
    return _send("staff_password", account, context)


def send_new_device(account: User, *, device: str, network: str) -> TransactionalMessage | None:
    """Tell the owner of an account that it was used on a device that is new."""
    context = {
        "username": account.get_username(),
        "device": device,
        "network": network,
        "at": f"{timezone.now():%A %-d %B %Y, %H:%M} UTC",
        "account_url": account_url(),
    }
    return _send("staff_new_device", account, context)


def send_account_changed(
    account: User, what: str, *, to: str | None = None
) -> TransactionalMessage | None:
    """Tell the owner of an account that something was changed by which it is secured.

    Args:
        what: a sentence about it.
        to: an address, where it isn't the account's any more.
    """
    context = {"username": account.get_username(), "what": what, "account_url": account_url()}
    return _send("staff_account_changed", account, context, to=to)


def send_topic_granted(
    account: User, *, by: str, to: str, reason: str, last_day: date, topic_id: int
) -> TransactionalMessage | None:
    """Tell somebody whom a need-to-know topic concerns that it was granted.

    The topic isn't named: more people read a mailbox than may know of it.

    Args:
        by, to: the names of whoever granted it, and to whom.
        reason: ends the sentence about “a need-to-know topic”: why this person is told.
        topic_id: the topic, with which the message is hidden from other staff.
    """
    context = {"by": by, "to": to, "reason": reason, "last_day": f"{last_day:%A %-d %B %Y}"}
    return _send("staff_topic_granted", account, context, topic_id=topic_id)


def account_url() -> str:
    """Return the page of one's own account."""
    return f"{settings.SITE_URL}{reverse('account')}"


def _may_mail_link(account: User) -> bool:
    digest = _digest(account)
    if not digest:
        return False
    kinds = ["staff_password"]
    today = messages_within(kinds, digest=digest, period=timedelta(days=1)).count()
    just_now = messages_within(kinds, digest=digest, period=BETWEEN_LINKS).exists()
    return today < LINKS_A_DAY and not just_now


def _digest(account: User) -> str:
    """Return the digest of an account's address; empty where it has no usable one."""
    try:
        return address_digest(parse_address(account.email))
    except BadAddress:
        return ""


def _send(
    kind: str,
    account: User,
    context: Mapping[str, object],
    *,
    to: str | None = None,
    topic_id: int | None = None,
) -> TransactionalMessage | None:
    """Queue a message to an account's owner; None where the account has no usable address."""
    try:
        address = parse_address(account.email if to is None else to)
    except BadAddress:
        return None
    rendered = render_notice(kind, {**context, "language": "en"}, brand=current_brand())
    return queue_message(kind, to=address, rendered=rendered, topic_id=topic_id)
