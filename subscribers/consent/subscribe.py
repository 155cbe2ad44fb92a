"""Signing up: from an address in a form to a question in its owner's mailbox."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest, domain_of
from newsletter.states import Trust
from subscribers.consent.mail import send_already_subscribed, send_confirmation
from subscribers.consent.records import Circumstances, record_consent, transition_subscription
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import may_receive_notices, waits_for_opt_in_since

DETAILS = ("full_name", "language", "country", "time_zone")
"""Details that a sign-up may hold. They wait in the evidence until the owner of the address
confirms, because the person who typed them may be somebody else.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A sign-up through a form that is open to everybody.

    `email` is as `parse_address` returned it, `words` are the exact words that stood beside the
    button, `network` is an IPv4 /24 or IPv6 /48. `trust` decides when its answer leaves.
    """

    email: str
    full_name: str = ""
    language: str = ""
    country: str = ""
    time_zone: str = ""
    topics: tuple[Topic, ...]
    words: str
    method: ConsentMethod
    network: str = ""
    trust: Trust = Trust.USUAL


@transaction.atomic
def subscribe(sign_up: SignUp) -> None:
    """Record a sign-up, and ask the owner of the address to confirm it.

    A subscriber is told that there is nothing to confirm. Nothing is returned, because a person who
    signs somebody up must not learn what is known of them. An address that is suppressed entirely
    leaves no trace and gets nothing. One confirmation a day is sent, however many sign-ups come,
    even at the same moment.
    """
    digest = address_digest(sign_up.email)
    if not may_receive_notices(digest):
        return
    subscriber = locked_subscriber(sign_up.email, digest)
    circumstances = circumstances_of(sign_up)
    asked = [ask_for(subscriber, topic, circumstances) for topic in sign_up.topics]
    pending = [
        subscription for subscription in asked if subscription.status == SubscriptionStatus.PENDING
    ]
    if pending:
        _ask_owner(subscriber, pending, language=sign_up.language, trust=sign_up.trust)
    elif waits_for_opt_in_since(digest):
        _ask_owner_again(subscriber, asked, circumstances, trust=sign_up.trust)
    else:
        send_already_subscribed(subscriber, trust=sign_up.trust)


def _ask_owner(
    subscriber: Subscriber, pending: list[Subscription], *, language: str, trust: Trust
) -> None:
    topics = [subscription.topic for subscription in pending]
    if send_confirmation(subscriber, topics=topics, language=language, trust=trust):
        # Its link must lead somewhere for as long as the mail says, even where the first sign-up
        # was weeks ago.
        Subscription.objects.filter(pk__in=[subscription.pk for subscription in pending]).update(
            changed_at=timezone.now()
        )


def _ask_owner_again(
    subscriber: Subscriber,
    followed: list[Subscription],
    circumstances: Circumstances,
    *,
    trust: Trust,
) -> None:
    """Ask the owner of an address that follows the topics but complained about a campaign.

    Only their confirmation lifts that suppression.
    """
    topics = [subscription.topic for subscription in followed]
    language = circumstances.language
    if send_confirmation(subscriber, topics=topics, language=language, trust=trust):
        for subscription in followed:
            record_consent(
                subscriber.digest,
                topic=subscription.topic,
                action=ConsentAction.REQUESTED,
                circumstances=circumstances,
            )


def locked_subscriber(email: str, digest: str) -> Subscriber:
    """Return the row of the address, locked and made where there is none.

    Of two sign-ups at once the second waits, and sees the first one's mail. A new row has
    but the address, and the installation's own language. Its insertion makes others wait on the
    unique digest just as the lock does.
    """
    subscriber, _ = Subscriber.objects.get_or_create(digest=digest, defaults=columns_of_new(email))
    locked = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    # None: erased at this very moment, by somebody who held the lock. A person who signs up after
    # that is new.
    return locked or locked_subscriber(email, digest)


def columns_of_new(email: str) -> dict[str, str]:
    """Return the columns of a new subscriber: but the address, and the installation's language."""
    return {
        "email": email,
        "domain": domain_of(email),
        "language": settings.CONTENT_LANGUAGES[0],
    }


def ask_for(subscriber: Subscriber, topic: Topic, circumstances: Circumstances) -> Subscription:
    """Return the subscription, pending where the topic is not followed yet.

    Asking twice leaves one record, because there was one transition.
    """
    subscription, is_new = Subscription.objects.get_or_create(
        subscriber=subscriber,
        topic=topic,
        defaults={"status": SubscriptionStatus.PENDING, "changed_at": timezone.now()},
    )
    subscription.subscriber, subscription.topic = subscriber, topic
    if is_new:
        record_consent(
            subscriber.digest,
            topic=topic,
            action=ConsentAction.REQUESTED,
            circumstances=circumstances,
        )
    elif subscription.status in (SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED):
        transition_subscription(
            subscription,
            SubscriptionStatus.PENDING,
            action=ConsentAction.REQUESTED,
            circumstances=circumstances,
        )
    elif subscription.import_batch_id and subscription.status == SubscriptionStatus.PENDING:
        # From a list, and now asked for by themselves: undoing that import must leave it alone.
        Subscription.objects.filter(pk=subscription.pk).update(import_batch=None)
        record_consent(
            subscriber.digest,
            topic=topic,
            action=ConsentAction.REQUESTED,
            circumstances=circumstances,
        )
    return subscription


def circumstances_of(sign_up: SignUp) -> Circumstances:
    """Return the circumstances of a sign-up, as its consent records keep them."""
    details = {name: getattr(sign_up, name) for name in DETAILS if getattr(sign_up, name)}
    return Circumstances(
        method=sign_up.method,
        words=sign_up.words,
        language=sign_up.language,
        network=sign_up.network,
        details=details,
    )
