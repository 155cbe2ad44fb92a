"""A change of address as its owner makes it, without the pages."""

from newsletter.core.addresses import address_digest
from subscribers.models import AddressChange, Subscriber
from subscribers.people.change_address import change_address


def change_own_address(subscriber_id: int, *, to: str, network: str = "") -> Subscriber:
    """Ask for another address in the old mailbox, and confirm it in the new one."""
    asked = AddressChange.objects.create(
        subscriber_id=subscriber_id, email=to, digest=address_digest(to)
    )
    change_address(subscriber_id, to=to, asked=asked.pk, network=network)
    return Subscriber.objects.get(pk=subscriber_id)
