"""Asking for another address, in the old mailbox; its owner is then asked to confirm it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.waiting_rows import sweep
from newsletter.core.wake import wake
from subscribers.models import AddressChange, Subscriber
from subscribers.people.mail import send_new_address_link
from subscribers.suppression.registry import active


@transaction.atomic
def ask_for_address(subscriber_id: int, *, to: str, network: str = "") -> AddressChange | None:
    """Keep, for a worker, that a person wants to be written to at another address.

    The statements are the same for every address: neither the answer nor its time tells whether it
    is known. What was asked for earlier no longer counts.

    Args:
        to: as `parse_address` returned it.

    Returns:
        None where the person was erased at this very moment.
    """
    if not Subscriber.objects.select_for_update().filter(pk=subscriber_id).exists():
        return None
    AddressChange.objects.filter(subscriber_id=subscriber_id).delete()
    change = AddressChange.objects.create(
        subscriber_id=subscriber_id, email=to, digest=address_digest(to), network=network
    )
    wake("subscribers.handle_address_change", change.pk, queue="transactional")
    return change


@transaction.atomic
def handle_address_change(change_id: int) -> bool:
    """Ask the owner of the new address, unless it is somebody's already or must not be written to.

    Returns:
        Whether this call looked at it. False: it is done, gone, or in another worker's hand.
    """
    change = (
        AddressChange.objects.select_for_update(skip_locked=True)
        .filter(pk=change_id, handled_at=None)
        .first()
    )
    if change is None:
        return False
    if not Subscriber.objects.filter(digest=change.digest).exists() and not active(change.digest):
        send_new_address_link(change)
    AddressChange.objects.filter(pk=change_id).update(handled_at=timezone.now())
    return True


def sweep_address_changes(*, now: datetime | None = None) -> int:
    """Handle the changes that no worker was woken for, and return how many."""
    waiting = AddressChange.objects.filter(handled_at=None)
    return sweep(waiting, handle_address_change, stored_at="asked_at", now=now)
