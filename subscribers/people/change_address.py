"""Changing a person's address: what they follow goes with them, and so does every opt-out."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest, domain_of
from newsletter.outbox.discreet import cover_waiting
from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.mail import has_answered
from subscribers.models import AddressChange, Subscriber
from subscribers.opt_outs.earlier_addresses import earlier_digests
from subscribers.people.carry_over import carry_over
from subscribers.people.mail import send_address_changed
from subscribers.signals import changing_address
from subscribers.suppression.registry import active


class CannotChangeAddress(ValueError):
    """The address stays as it is, because the new one can't be used or what was asked is over."""


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The result of a change of address.

    `forgotten` is the number of topics that were asked for and not confirmed; `is_told` says
    whether a message to the old address is on its way.
    """

    forgotten: int
    is_told: bool


def use_address(change_id: int, *, network: str = "") -> AddressChanged | None:
    """Change the address, after the owner of the new one has pressed the button.

    Returns:
        What was changed. None: that was done before, it has expired, or the address is another's or
            suppressed by now.
    """
    change = AddressChange.objects.filter(pk=change_id).first()
    if change is None:
        return None
    try:
        return change_address(
            change.subscriber_id, to=change.email, asked=change.pk, network=network
        )
    except CannotChangeAddress:
        return None


@transaction.atomic
def change_address(subscriber_id: int, *, to: str, asked: int, network: str = "") -> AddressChanged:
    """Change a subscriber's address, at their request.

    Their consent is recorded anew under the new address, with its words and the digest of the old
    one, so that both can be shown to be one person's. An opt-out that stands against the old
    address stands against the new one too; a dead or full mailbox is the old one's alone. What was
    asked for and not confirmed is forgotten, because the question went to the old address. That
    one is told, without the new one, if it may be written to. Of the links that were mailed there,
    those to confirm or to see details no longer work; those to unsubscribe still do. Of somebody in
    discreet mode, what still waits for the old address leaves under its cover.

    Args:
        to: as `parse_address` returned it.
        asked: the id of the AddressChange that led here. It must still stand.

    Raises:
        CannotChangeAddress: there is no such subscriber, the new address is a subscriber's or
            suppressed, or what was asked was done before or replaced by another request.
    """
    changing_address.send(sender=None, subscriber_id=subscriber_id)
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or not subscriber.address_changes.filter(pk=asked).exists():
        raise CannotChangeAddress
    earlier, before, after = subscriber.email, subscriber.digest, address_digest(to)
    if Subscriber.objects.filter(digest=after).exists() or active(after):
        raise CannotChangeAddress
    forgotten = forget_pending(subscriber)
    subscriber.email, subscriber.digest, subscriber.domain = to, after, domain_of(to)
    subscriber.address_since = timezone.now()
    try:
        with transaction.atomic():
            subscriber.save(
                update_fields=["email", "digest", "domain", "address_since", "updated_at"]
            )
    except IntegrityError as error:  # somebody signed up with it at this very moment
        raise CannotChangeAddress from error
    if subscriber.discreet_since is not None:
        cover_waiting(before)
    subscriber.address_changes.all().delete()
    carry_over(subscriber, before=before, network=network)
    is_told = has_answered(subscriber) and bool(
        send_address_changed(
            to=earlier,
            digest=before,
            language=subscriber.language,
            is_discreet=subscriber.discreet_since is not None,
        )
    )
    return AddressChanged(forgotten, is_told)


def digests_of(subscriber: Subscriber) -> set[str]:
    """Return the digests under which something of the person may be kept.

    Those are the digests of their address and of earlier ones, without those that are another's
    now.
    """
    return {subscriber.digest, *earlier_digests({subscriber.digest}).get(subscriber.digest, ())}
