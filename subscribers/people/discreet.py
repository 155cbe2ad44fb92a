"""Discreet mode: mail that names neither its reader nor who sends it, for people at risk."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from newsletter.brand.current import current_brand
from newsletter.brand.neutral import is_ready
from newsletter.core.db.clock import database_now
from newsletter.outbox.discreet import release_held
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import AddressChange, Subscriber
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import ON, OVER, Entry, EntryKind
from subscribers.states import FOLLOWED, ConsentAction, ConsentMethod

WAITS = (
    "Some subscribers are in discreet mode. Their email waits until the brand has a neutral sender "
    "address and link domain that can be used."
)
"""For staff."""


class NoNeutralSender(Exception):
    """Discreet mode can't be switched on, because staff have set up no neutral sender."""


@transaction.atomic
def set_discreet(subscriber_id: int, *, on: bool, network: str = "") -> bool:
    """Switch discreet mode on or off for a person, at their request.

    It takes effect at once, also in a campaign that is being sent and for single messages that
    wait. The journal of opt-outs has it, so that a restored backup doesn't forget it, and the
    history of each topic that the person follows has a record.

    Returns:
        Whether that changed anything.

    Raises:
        NoNeutralSender: nothing was changed. It can always be switched off.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or (subscriber.discreet_since is not None) == on:
        return False
    if on and not is_ready(current_brand()):
        raise NoNeutralSender
    now = database_now()
    journal.note([Entry(EntryKind.DISCREET, now, subscriber.digest, ON if on else OVER)], now=now)
    write_discreet(
        subscriber,
        on=on,
        at=now,
        circumstances=Circumstances(
            method=ConsentMethod.PREFERENCES, language=subscriber.language, network=network
        ),
    )
    return True


def write_discreet(
    subscriber: Subscriber, *, on: bool, at: datetime, circumstances: Circumstances
) -> None:
    """Write down that discreet mode is on or off, with a record on each topic that is followed.

    In the caller's transaction, which holds the row.

    Args:
        at: when the person switched it.
    """
    Subscriber.objects.filter(pk=subscriber.pk).update(discreet_since=at if on else None)
    if not on:
        since = subscriber.address_since or subscriber.created_at
        release_held(subscriber.digest, since=since)
    followed = subscriber.subscriptions.filter(status__in=FOLLOWED).select_related("topic")
    for subscription in followed.order_by("pk"):
        record_consent(
            subscriber.digest,
            topic=subscription.topic,
            action=ConsentAction.DISCREET if on else ConsentAction.NOT_DISCREET,
            circumstances=circumstances,
            given_at=at,
        )


def discreet_among(digests: Collection[str]) -> set[str]:
    """Return which addresses are those of people in discreet mode, or the ones they change to.

    Args:
        digests: keyed digests of addresses.
    """
    own = Subscriber.objects.filter(digest__any_of=digests, discreet_since__isnull=False)
    asked = AddressChange.objects.filter(
        digest__any_of=digests, subscriber__discreet_since__isnull=False
    )
    return set(own.values_list("digest", flat=True).union(asked.values_list("digest", flat=True)))


def somebody_is_discreet() -> bool:
    """Return whether anybody is in discreet mode."""
    return Subscriber.objects.filter(discreet_since__isnull=False).exists()
