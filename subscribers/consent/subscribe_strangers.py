"""Sign-ups of many strangers at once: what `subscribe` does for each, in a handful of statements.

A stranger is an address of which we know nothing. Whatever anything is known of is left to
`subscribe`, which takes one at a time.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from newsletter.brand.current import current_brand
from newsletter.core.addresses import address_digest
from newsletter.outbox.queue import queue_messages
from subscribers.consent.mail import confirmation
from subscribers.consent.mail_limits import without_mail_today
from subscribers.consent.records import Circumstances, new_record, wording_of
from subscribers.consent.subscribe import SignUp, circumstances_of, columns_of_new
from subscribers.evidence.write import write_records
from subscribers.models import ConsentWording, Subscriber, Subscription, Suppression
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus


def subscribe_strangers(sign_ups: Sequence[SignUp]) -> list[int]:
    """Record the sign-ups of strangers, and ask the owners of the addresses to confirm them.

    In the caller's transaction. Where somebody enters one of the addresses at the same moment, the
    database refuses all of them, and the caller falls back on `subscribe`.

    Returns:
        The places of those that were recorded. Not the others: the address is known or suppressed,
            its mailbox has had an answer today or is in somebody's hand, or it is in here twice.

    Raises:
        DatabaseError: somebody else was faster with one of the addresses, or holds one.
    """
    places = _strangers(sign_ups)
    if not places:
        return []
    ours = [sign_ups[place] for place in places]
    subscribers = [
        Subscriber(digest=address_digest(one.email), **columns_of_new(one.email)) for one in ours
    ]
    # In one order, so that of two that insert the same ones the second waits for the first alone.
    Subscriber.objects.bulk_create(sorted(subscribers, key=lambda one: one.digest))
    now = timezone.now()
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=subscriber, topic=topic, status=SubscriptionStatus.PENDING, changed_at=now
        )
        for subscriber, sign_up in zip(subscribers, ours, strict=True)
        for topic in sign_up.topics
    )
    circumstances = _circumstances(ours)
    write_records(
        new_record(
            subscriber.digest,
            topic=topic,
            action=ConsentAction.REQUESTED,
            circumstances=each,
        )
        for subscriber, sign_up, each in zip(subscribers, ours, circumstances, strict=True)
        for topic in sign_up.topics
    )
    brand = current_brand()
    queue_messages(
        confirmation(
            subscriber,
            topics=sign_up.topics,
            language=sign_up.language,
            trust=sign_up.trust,
            brand=brand,
        )
        for subscriber, sign_up in zip(subscribers, ours, strict=True)
    )
    return places


def _strangers(sign_ups: Sequence[SignUp]) -> list[int]:
    """Return the places of the sign-ups of strangers, one for each mailbox."""
    digests = [address_digest(sign_up.email) for sign_up in sign_ups]
    subscribed = Subscriber.objects.filter(digest__any_of=digests)
    suppressed = Suppression.objects.filter(digest__any_of=digests, lifted_at=None)
    known = set(
        subscribed.values_list("digest", flat=True).union(
            suppressed.values_list("digest", flat=True)
        )
    )
    place_of_address = dict[str, int]()
    for place, (sign_up, digest) in enumerate(zip(sign_ups, digests, strict=True)):
        if digest not in known:
            place_of_address.setdefault(sign_up.email, place)
    if not place_of_address:
        return []
    free = without_mail_today("confirmation", addresses=place_of_address)
    return [place for address, place in place_of_address.items() if address in free]


def _circumstances(sign_ups: Sequence[SignUp]) -> list[Circumstances]:
    """Return the circumstances of each, with wordings that were looked up once."""
    kept = dict[tuple[str, ConsentMethod], ConsentWording | None]()
    found = list[Circumstances]()
    for sign_up in sign_ups:
        circumstances, words = circumstances_of(sign_up), (sign_up.words, sign_up.method)
        if words not in kept:
            about = sign_up.topics[0] if len(sign_up.topics) == 1 else None
            kept[words] = wording_of(circumstances, topic=about)
        found.append(replace(circumstances, words=kept[words] or ""))
    return found
