"""One person, one row: by the digest of the address, whatever its case."""

from newsletter.addresses import address_digest, domain_of
from subscribers.models import Subscriber
from subscribers.names import guess_given_name

__all__ = ["find_or_create", "guess_given_name"]


def find_or_create(email: str, **details: str) -> Subscriber:
    """The subscriber with this address; a new one with `details` where there is none.

    Args:
        email: as `parse_address` returned it.
        details: columns of a new row, such as full_name. A row that exists keeps its own.
    """
    columns = {"email": email, "domain": domain_of(email), **details}
    if "full_name" in details and "given_name" not in details:
        columns["given_name"] = guess_given_name(details["full_name"])
    subscriber, _ = Subscriber.objects.get_or_create(digest=address_digest(email), defaults=columns)
    return subscriber
