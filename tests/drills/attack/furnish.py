"""Furnish the installation: a brand, topics, and people who follow one already.

`python -m tests.drills.attack.furnish` with the installation's environment.
"""

import django

django.setup()

from django.utils import timezone

from newsletter.core.addresses import address_digest, domain_of
from newsletter.models import THE_BRAND, Brand
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
from tests.drills.attack.crowd import KNOWN, known_address
from tests.samples import BRAND


def main() -> None:
    """Write the rows."""
    Brand.objects.create(pk=THE_BRAND, **BRAND)
    topic = Topic.objects.create(slug="quarterly-meetings", name="Quarterly meetings")
    Topic.objects.create(slug="forums", name="Forums", position=1)
    people = Subscriber.objects.bulk_create(
        Subscriber(email=email, digest=address_digest(email), domain=domain_of(email))
        for email in map(known_address, range(KNOWN))
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            topic=topic,
            status=SubscriptionStatus.CONFIRMED,
            changed_at=timezone.now(),
        )
        for person in people
    )


if __name__ == "__main__":
    main()
