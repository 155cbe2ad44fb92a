"""Collecting all that the database holds of a person, over all apps."""

from collections.abc import Iterable
from typing import Any

from subscribers.models import Subscriber
from subscribers.people.change_address import digests_of
from subscribers.people.held_data.held_table import HeldTable
from subscribers.people.held_data.of_newsletter import tables_of_newsletter
from subscribers.people.held_data.of_subscribers import tables_of_subscribers
from subscribers.signals import asked_what_is_held


def held_data(subscriber: Subscriber) -> list[HeldTable]:
    """Return the tables that hold something of a person, those without a row of theirs included.

    The rows are found by the person's id, and by the digests of their address and of earlier ones.
    """
    digests = digests_of(subscriber)
    answers: Iterable[tuple[Any, Any]] = asked_what_is_held.send(
        sender=None, subscriber_id=subscriber.pk
    )
    return [
        *tables_of_subscribers(subscriber, digests),
        *(table for _, tables in answers for table in tables),
        *tables_of_newsletter(subscriber, digests),
    ]
