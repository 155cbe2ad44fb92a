"""Applying to join a moderated topic: from a form to a question in its sender's mailbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.states import Trust
from subscribers.consent.mail import (
    send_already_applied,
    send_already_subscribed,
    send_application_confirmation,
)
from subscribers.consent.own_applications import applications_of
from subscribers.consent.records import Circumstances
from subscribers.consent.subscribe import ask_for, locked_subscriber
from subscribers.models import Application, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import may_receive_notices

MOST_PENDING = 6
"""Unconfirmed applications of one address for one topic that are kept; the newest. A limit of the
forms lets no more come in a day.
"""
TYPED = (
    "full_name",
    "institution",
    "country",
    "office",
    "reason",
    "verification",
    "language",
)
"""The columns that the form fills in. What it says waits in the application until the owner of the
address confirms, because whoever typed it may be somebody else.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """An application through the form that is open to everybody.

    `email` is as `parse_address` returned it, `words` are the exact words that stood beside the
    button, `network` is an IPv4 /24 or IPv6 /48. `trust` decides when the question leaves.
    """

    email: str
    topic: Topic
    full_name: str
    institution: str
    country: str
    office: str
    reason: str
    verification: str
    language: str
    words: str
    method: ConsentMethod = ConsentMethod.FORM
    network: str = ""
    sent_at: datetime | None = None
    trust: Trust = Trust.USUAL


@transaction.atomic
def apply(new: NewApplication) -> Application | None:
    """Keep an application, and ask the owner of the address to confirm it.

    Nothing is told to whoever sent it: they must not learn what is known of the address. One that
    is suppressed entirely leaves no trace and gets nothing. Somebody who follows the topic, or
    whose application waits for staff, is told so in place of a new application.

    Returns:
        The application, which waits for its confirmation; None where there is none.
    """
    digest = address_digest(new.email)
    if not may_receive_notices(digest):
        return None
    subscriber = locked_subscriber(new.email, digest)
    circumstances = Circumstances(
        method=new.method, words=new.words, language=new.language, network=new.network
    )
    subscription = ask_for(subscriber, new.topic, circumstances)
    if subscription.status == SubscriptionStatus.AWAITING_REVIEW:
        send_already_applied(subscriber, trust=new.trust)
        return None
    if subscription.status != SubscriptionStatus.PENDING:
        send_already_subscribed(subscriber, trust=new.trust)
        return None
    application = Application.objects.create(
        subscription=subscription,
        network=new.network,
        sent_at=new.sent_at or timezone.now(),
        **{name: getattr(new, name) for name in TYPED},
    )
    _drop_oldest(subscription)
    _ask_owner(subscriber, subscription, new)
    return application


def _drop_oldest(subscription: Subscription) -> None:
    too_many = applications_of([subscription])[MOST_PENDING:]
    Application.objects.filter(pk__in=[each.pk for each in too_many]).delete()


def _ask_owner(subscriber: Subscriber, subscription: Subscription, new: NewApplication) -> None:
    if send_application_confirmation(
        subscriber, topics=[subscription.topic], language=new.language, trust=new.trust
    ):
        # Its link must lead somewhere for as long as the mail says, even where the first form was
        # sent weeks ago.
        Subscription.objects.filter(pk=subscription.pk).update(changed_at=timezone.now())
