"""The single messages about consent, one function a message.

Nothing that a stranger typed goes into any of them, except the welcome's given name, which its
owner has seen and confirmed.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from newsletter.brand.current import current_brand
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import messages_within, queue_message, sent_within
from newsletter.outbox.send_again import repeat_once
from newsletter.rendering.notices import render_notice
from subscribers.consent.urls_in_mail import (
    confirm_url,
    manage_url,
    never_again_url,
    preferences_url,
)
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.states import ConsentAction, SubscriptionStatus
from subscribers.suppression.policy import may_receive_notices

ONE_A_DAY = timedelta(hours=24)

SPARED_BY = {
    "confirmation": ("confirmation", "already_subscribed"),
    "already_subscribed": ("confirmation", "already_subscribed", "preferences_link"),
    "welcome": ("welcome",),
}
"""Messages of the last day that make another one needless: one address gets one answer to its
sign-ups a day, whichever topics they name.
"""

LINKS_A_DAY = 4
BETWEEN_LINKS = timedelta(minutes=15)
"""The time between two links of one kind to one address. A link lasts an hour, so one link a day
would lock its owner out. A stranger who enters the address all day long must not fill its mailbox.
"""


def send_confirmation(
    subscriber: Subscriber, *, topics: Iterable[Topic]
) -> TransactionalMessage | None:
    """Ask the owner of an address to confirm a sign-up, at most once a day."""
    context = {
        "topics": [topic.name for topic in topics],
        "confirm_url": confirm_url(subscriber.pk),
        "never_again_url": never_again_url(subscriber.digest),
    }
    return _send_once_a_day("confirmation", subscriber, context)


def send_already_subscribed(subscriber: Subscriber) -> TransactionalMessage | None:
    """Tell a subscriber who signed up again that there is nothing to do, at most once a day."""
    return _send_once_a_day(
        "already_subscribed", subscriber, {"preferences_url": preferences_url()}
    )


def send_preferences_link(subscriber: Subscriber) -> TransactionalMessage | None:
    """Mail a subscriber the link to their preferences, as often as `send_link` allows.

    Not to an address that was only signed up: nobody there has agreed, and they have the links of
    the confirmation.
    """
    if not has_answered(subscriber):
        return None
    return send_link("preferences_link", subscriber, {"manage_url": manage_url(subscriber.pk)})


def send_welcome(subscriber: Subscriber, *, topics: Iterable[Topic]) -> TransactionalMessage | None:
    """Welcome a subscriber who has just confirmed, at most once a day."""
    context = {
        "given_name": subscriber.given_name,
        "topics": [topic.name for topic in topics],
        "preferences_url": preferences_url(),
    }
    return _send_once_a_day("welcome", subscriber, context, to_name=subscriber.full_name)


def _send_once_a_day(
    kind: str, subscriber: Subscriber, context: Mapping[str, object], *, to_name: str = ""
) -> TransactionalMessage | None:
    """Queue the message, unless the address is suppressed or had a like one within a day.

    A message that has failed or is in doubt is repeated once in that day: a message cut short must
    not shut its owner out.

    The caller holds the lock on the subscriber's row, so of two calls at once, the second finds the
    first one's message.
    """
    if not may_receive_notices(subscriber.digest):
        return None
    had = any(
        sent_within(earlier, digest=subscriber.digest, period=ONE_A_DAY)
        for earlier in SPARED_BY[kind]
    )
    if had and not repeat_once(SPARED_BY[kind], digest=subscriber.digest, period=ONE_A_DAY):
        return None
    rendered = render_notice(kind, context, brand=current_brand())
    return queue_message(kind, to=subscriber.email, to_name=to_name, rendered=rendered)


def send_link(
    kind: str, subscriber: Subscriber, context: Mapping[str, object]
) -> TransactionalMessage | None:
    """Queue a link that its owner asked for, unless the address is suppressed or had too many.

    Too many are LINKS_A_DAY, or one just now. A link that has failed or is in doubt is repeated at
    once, and once.

    The caller holds the lock on the subscriber's row, as in `_send_once_a_day`.
    """
    if not may_receive_notices(subscriber.digest):
        return None
    if messages_within([kind], digest=subscriber.digest, period=ONE_A_DAY).count() >= LINKS_A_DAY:
        return None
    had = sent_within(kind, digest=subscriber.digest, period=BETWEEN_LINKS)
    if had and not repeat_once([kind], digest=subscriber.digest, period=BETWEEN_LINKS):
        return None
    return queue_message(
        kind, to=subscriber.email, rendered=render_notice(kind, context, brand=current_brand())
    )


def has_answered(subscriber: Subscriber) -> bool:
    """Return whether the person ever did more than sign up.

    They confirmed, were imported, or left, at any time.
    """
    if subscriber.subscriptions.exclude(status=SubscriptionStatus.PENDING).exists():
        return True
    # Records outlive an erasure, and the address may have been signed up anew, by anybody: only
    # what came since counts.
    since = ConsentRecord.objects.filter(
        digest=subscriber.digest, recorded_at__gte=subscriber.created_at
    )
    return since.exclude(action=ConsentAction.REQUESTED).exists()
