"""Objections to sending a message that waits: its owner may have opted out, or answered it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from newsletter.models import TransactionalMessage
from subscribers.consent.left_since import has_left_since
from subscribers.models import Subscriber, Subscription, Suppression, TopicInvitation
from subscribers.states import (
    FOLLOWED,
    SubscriptionStatus,
    SuppressionReason,
    SuppressionScope,
)
from subscribers.suppression.policy import may_receive_campaigns, waits_for_opt_in_since

OF_THE_ERASURE = "erased"
"""The one kind of message that is written because somebody was erased."""


def objections(messages: Sequence[TransactionalMessage], *, by_person: bool) -> dict[int, str]:
    """Return which messages must not be sent any more, and why, for staff to read.

    Args:
        by_person: staff want them sent again, so what they say or ask must still hold.

    Returns:
        Reasons by the message's id; nothing of those that may be sent.
    """
    suppressed, erased_at = _suppressed_and_erased({message.digest for message in messages})
    reasons = {
        message.pk: _objection(
            message,
            is_suppressed=message.digest in suppressed,
            erased_at=erased_at.get(message.digest),
            by_person=by_person,
        )
        for message in messages
    }
    return {pk: why for pk, why in reasons.items() if why}


def _objection(
    message: TransactionalMessage,
    *,
    is_suppressed: bool,
    erased_at: datetime | None,
    by_person: bool,
) -> str:
    if is_suppressed:
        return "This address is suppressed, so no email may be sent to it."
    if message.kind != OF_THE_ERASURE and erased_at and erased_at >= message.created_at:
        return "Erased at their request."
    has_use, why_not = _USE.get(message.kind, (None, ""))
    return why_not if by_person and has_use is not None and not has_use(message.digest) else ""


def _suppressed_and_erased(digests: Collection[str]) -> tuple[set[str], dict[str, datetime]]:
    """Return the addresses to which nothing may be sent, and when which others were erased last."""
    rows = Suppression.objects.filter(
        Q(scope=SuppressionScope.ALL) | Q(reason=SuppressionReason.ERASED),
        digest__any_of=digests,
        lifted_at=None,
    )
    suppressed, erased_at = set[str](), dict[str, datetime]()
    for digest, scope, reason, at in rows.order_by("created_at").values_list(
        "digest", "scope", "reason", "created_at"
    ):
        if scope == SuppressionScope.ALL:
            suppressed.add(digest)
        if reason == SuppressionReason.ERASED:
            erased_at[digest] = at
    return suppressed, erased_at


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


def _is_invited(digest: str) -> bool:
    """Return whether a link of an invitation still works for an address that may be invited."""
    invitations = TopicInvitation.objects.filter(digest=digest).select_related("topic")
    return may_receive_campaigns(digest) and any(
        each.is_open(timezone.now())
        and not has_left_since(digest, each.created_at, topic_id=each.topic_id)
        for each in invitations
    )


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
    "topic_invitation": (_is_invited, "They have answered or opted out, or the link has ended."),
    "application_accepted": (_follows, "They have unsubscribed in the meantime."),
    "welcome": (_follows, "They have unsubscribed in the meantime."),
    "rsvp_delegate": (may_receive_campaigns, "They have opted out."),
    **dict.fromkeys(
        (
            "rsvp_confirmation",
            "rsvp_event_changed",
            "rsvp_joining_details",
            "rsvp_place_offered",
            "rsvp_place_lapsed",
        ),
        (_never, "What it said may not be true any more. They can ask for their answers."),
    ),
    "address_check": (_never, "What it said may not be true any more. They can ask again."),
    **dict.fromkeys(
        ("already_subscribed", "preferences_link", "erase_link", "address_link", "download_link"),
        (_is_known, "There is no such subscriber any more."),
    ),
}
"""The condition under which each kind of message is still useful. A proof always is, and so is news
of a change of one's own address.
"""
