"""Objections to sending a message that waits: its owner may have opted out, or answered it."""

from collections.abc import Callable, Mapping

from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber, Subscription, Suppression
from subscribers.states import FOLLOWED, SubscriptionStatus, SuppressionReason
from subscribers.suppression.policy import may_receive_notices, waits_for_opt_in_since

OF_THE_ERASURE = "erased"
"""The one kind of message that is written because somebody was erased."""


def objection(message: TransactionalMessage, *, by_person: bool) -> str:
    """Return why `message` must not be sent any more, for staff to read; empty where it may be.

    Args:
        by_person: staff want it sent again, so what it says or asks must still hold.
    """
    if not may_receive_notices(message.digest):
        return "This address is suppressed, so no email may be sent to it."
    if message.kind != OF_THE_ERASURE and _erased_since(message):
        return "Erased at their request."
    has_use, why_not = _USE.get(message.kind, (None, ""))
    return why_not if by_person and has_use is not None and not has_use(message.digest) else ""


def _erased_since(message: TransactionalMessage) -> bool:
    rows = Suppression.objects.filter(
        digest=message.digest, reason=SuppressionReason.ERASED, lifted_at=None
    )
    return rows.filter(created_at__gte=message.created_at).exists()


def _awaits_review(digest: str) -> bool:
    waiting = Subscription.objects.filter(
        subscriber__digest=digest, status=SubscriptionStatus.AWAITING_REVIEW
    )
    return waiting.exists()


def _has_something_to_confirm(digest: str) -> bool:
    pending = Subscription.objects.filter(
        subscriber__digest=digest, status=SubscriptionStatus.PENDING
    )
    return pending.exists() or (_follows(digest) and waits_for_opt_in_since(digest) is not None)


def _follows(digest: str) -> bool:
    return Subscription.objects.filter(status__in=FOLLOWED, subscriber__digest=digest).exists()


def _is_known(digest: str) -> bool:
    return Subscriber.objects.filter(digest=digest).exists()


def _never(digest: str) -> bool:
    return False


_USE: Mapping[str, tuple[Callable[[str], bool], str]] = {
    **dict.fromkeys(
        ("confirmation", "application_confirmation", "import_question"),
        (
            _has_something_to_confirm,
            "There is nothing left to confirm. They have answered, or the sign-up has expired.",
        ),
    ),
    "already_applied": (_awaits_review, "Their application has been decided or withdrawn."),
    "application_question": (_awaits_review, "Their application has been decided or withdrawn."),
    "application_accepted": (_follows, "They have unsubscribed in the meantime."),
    "welcome": (_follows, "They have unsubscribed in the meantime."),
    "address_check": (_never, "What it said may not be true any more. They can ask again."),
    **dict.fromkeys(
        ("already_subscribed", "preferences_link", "erase_link", "address_link", "download_link"),
        (_is_known, "There is no such subscriber any more."),
    ),
}
"""The condition under which each kind of message is still useful. A proof always is, and so is news
of a change.
"""
