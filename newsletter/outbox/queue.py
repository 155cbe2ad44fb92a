"""The queue of the outbox: a row per single message, written in its caller's transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.mailboxes import mailbox_digest
from newsletter.core.wake import wake_soon
from newsletter.models import TransactionalMessage
from newsletter.rendering.rendered import Rendered
from newsletter.states import MessageStatus, Trust
from newsletter.transport.message.envelope import recipient_name

DELIVERING = "newsletter.deliver_due"
"""The task that delivers what waits."""
DELIVERING_EXPIRES = 1.5
"""Seconds after which a hint to deliver is worth nothing. A worker takes hints in turn, and those
who handle a flood of forms give more than it can take: a hint to handle a form, which may be of
somebody trusted more, waits no longer than this behind them.
"""
PERHAPS_NOT_RECEIVED = frozenset({MessageStatus.FAILED, MessageStatus.UNCERTAIN})
"""States of a message that its owner may never have got."""


def queue_message(
    kind: str,
    *,
    to: str,
    to_name: str = "",
    rendered: Rendered,
    headers: Mapping[str, str] | None = None,
    topic_id: int | None = None,
    trust: Trust = Trust.AWAITED,
    is_discreet: bool = False,
) -> TransactionalMessage:
    """Put a message into the outbox, and wake a worker once the caller's transaction commits.

    The caller checks whether the address may be written to. The outbox knows nothing of people.

    Args:
        kind: the message's template folder, such as confirmation.
        to: as `parse_address` returned it.
        rendered: with no merge field open.
        headers: beyond those that every notice has.
        topic_id: the topic that it is about, where it is about one alone.
        trust: its place among those that wait.
        is_discreet: whether it is for somebody in discreet mode whom nobody could tell by the
            address when it is sent, such as somebody who was erased.
    """
    message = TransactionalMessage(
        to_name=recipient_name(to_name)[:200],
        headers=dict(headers or {}),
        topic_id=topic_id,
        is_discreet=is_discreet,
        **_columns(kind, to=to, rendered=rendered, trust=trust),
    )
    message.save(force_insert=True)
    wake_soon(DELIVERING, queue="transactional", expires=DELIVERING_EXPIRES)
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message for the outbox, with what `queue_message` takes of most messages."""

    kind: str
    to: str
    rendered: Rendered
    trust: Trust


def queue_messages(messages: Iterable[NewMessage]) -> None:
    """Put several messages into the outbox by one statement, as `queue_message` does with one."""
    TransactionalMessage.objects.bulk_create(
        TransactionalMessage(
            **_columns(one.kind, to=one.to, rendered=one.rendered, trust=one.trust)
        )
        for one in messages
    )
    wake_soon(DELIVERING, queue="transactional", expires=DELIVERING_EXPIRES)


def _columns(kind: str, *, to: str, rendered: Rendered, trust: Trust) -> dict[str, Any]:
    return {
        "kind": kind,
        "digest": address_digest(to),
        "mailbox": mailbox_digest(to),
        "to": to,
        "subject": rendered.subject[:400],
        "html": rendered.html,
        "text": rendered.text,
        "language": rendered.language[:12],
        "trust": trust,
    }


def raise_trust(messages: QuerySet[TransactionalMessage], *, trust: Trust) -> int:
    """Let messages that wait leave as early as one of this trust would.

    Whoever proves that they want it must not wait because somebody else entered their address
    first. In the caller's transaction.

    Returns:
        How many messages are more trusted now.
    """
    return messages.filter(status=MessageStatus.QUEUED, trust__lt=trust).update(trust=trust)


def sent_within(kind: str, *, digest: str, period: timedelta) -> bool:
    """Return whether a message of this kind was queued for this address within `period`.

    One that failed counts too. The limit is about how much mail somebody else can cause, whether
    or not it arrives.

    Args:
        digest: the keyed digest of the address.
    """
    return messages_within([kind], digest=digest, period=period).exists()


def messages_within(
    kinds: Collection[str], *, digest: str = "", mailbox: str = "", period: timedelta
) -> QuerySet[TransactionalMessage]:
    """Select the messages of these kinds that were written for an address within `period`.

    A message that was sent again within `period`, and not in vain, is among them. One that was
    skipped is not.

    Args:
        digest: the keyed digest of the address.
        mailbox: in its place, `mailbox_digest` of the address: all its spellings count as one.
    """
    whose = {"mailbox": mailbox} if mailbox else {"digest": digest}
    return _within(kinds, period).filter(**whose)


def mailboxes_written_to(
    kinds: Collection[str], *, mailboxes: Collection[str], period: timedelta
) -> set[str]:
    """Return for which of these mailboxes `messages_within` would find a message."""
    found = _within(kinds, period).filter(mailbox__any_of=mailboxes)
    return set(found.values_list("mailbox", flat=True))


def _within(kinds: Collection[str], period: timedelta) -> QuerySet[TransactionalMessage]:
    since = timezone.now() - period
    recent = Q(created_at__gt=since) | (
        Q(sent_again_at__gt=since) & ~Q(status__in=PERHAPS_NOT_RECEIVED)
    )
    return TransactionalMessage.objects.filter(recent, kind__in=kinds).exclude(
        status=MessageStatus.SKIPPED
    )
