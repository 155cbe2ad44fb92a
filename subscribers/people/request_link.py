"""Requests for links that do more than the preferences page: download, erase, another address."""

from collections.abc import Callable

from django.db import transaction

from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber
from subscribers.people.mail import send_address_link, send_download_link, send_erase_link


def request_erase_link(subscriber_id: int) -> bool:
    """Mail the owner the link by which everything is erased, and return whether it was mailed.

    False: they had too many, or must not be written to.
    """
    return _request(subscriber_id, send_erase_link)


def request_address_link(subscriber_id: int) -> bool:
    """Mail the owner the link by which the address is changed.

    Returns as `request_erase_link` does.
    """
    return _request(subscriber_id, send_address_link)


def request_download_link(subscriber_id: int) -> bool:
    """Mail the owner the link by which they download all that is held of them.

    Returns as `request_erase_link` does.
    """
    return _request(subscriber_id, send_download_link)


@transaction.atomic
def _request(subscriber_id: int, send: Callable[[Subscriber], TransactionalMessage | None]) -> bool:
    # Locked, so that of two clicks at once the second finds the first one's message.
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    return subscriber is not None and send(subscriber) is not None
