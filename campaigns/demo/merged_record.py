"""A person of the demo who was on the list twice, until staff merged their two records."""

from dataclasses import replace
from datetime import datetime, timedelta

from campaigns.demo.followers import FIRST_EMAIL, NEWSLETTER, POLICY_UPDATES, subscribe, topics_of
from campaigns.demo.people import Person, Standing
from newsletter.core.addresses import address_digest, domain_of
from subscribers.models import Subscriber, Topic
from subscribers.people.merging.merge import merge

DOMAIN = "example.net"
"""Of their private mailbox."""


def add_second_record(
    cast: dict[str, Person], topics: dict[str, Topic], *, now: datetime
) -> tuple[str, str]:
    """Subscribe somebody a second time, with a private address, before the first email.

    Args:
        cast: the people by the digest of their address; the second record is entered there.
        topics: by slug.

    Returns:
        The digests of the two addresses.
    """
    own, person = next(
        (digest, each)
        for digest, each in cast.items()
        if each.standing is Standing.CONFIRMED
        and NEWSLETTER in topics_of(each)
        and POLICY_UPDATES not in topics_of(each)
        and domain_of(each.email) != DOMAIN
    )
    email = f"{person.email.partition('@')[0]}@{DOMAIN}"
    second = replace(person, email=email)
    digest = address_digest(email)
    joined = now - FIRST_EMAIL - timedelta(days=3)
    record = Subscriber.objects.create(
        email=email,
        digest=digest,
        domain=domain_of(email),
        full_name=person.full_name,
        given_name=person.given_name,
        country=person.country,
        time_zone=person.time_zone,
        language=person.language,
    )
    record.created_at = record.updated_at = joined
    Subscriber.objects.filter(pk=record.pk).update(created_at=joined, updated_at=joined)
    cast[digest] = second
    subscribe([record], cast, topics, followed=(NEWSLETTER, POLICY_UPDATES))
    return own, digest


def merge_second_record(cast: dict[str, Person], digests: tuple[str, str], *, by: str) -> None:
    """Merge the two records into the first one, as staff do."""
    kept, merged = (Subscriber.objects.get(digest=each) for each in digests)
    merge(kept.pk, merged.pk, by=by)
    del cast[merged.digest]
