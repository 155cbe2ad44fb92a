"""Add people of whom different things are known: `python -m benchmarks.known_people EACH`.

Their addresses are alike, so that nothing but what is known tells them apart.
"""

import os
import sys
from datetime import timedelta

from benchmarks.people import TOPIC

KINDS = ("new", "pending", "confirmed", "unsubscribed", "suppressed", "paused")
OFTEN = "often entered"
"""The kind of address of which nothing is known but that it was entered so often today that a
form for it is dropped.
"""


def address(kind: str, number: int) -> str:
    """Return an address: of one length for all kinds, at a domain that has one of each."""
    return f"{(*KINDS, OFTEN).index(kind)}{number:04}@body{number:04}-example.org"


def main() -> None:
    """Add them to the database of DATABASE_URL."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    _add(int(sys.argv[1]))


def _add(each: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from newsletter.core.addresses import address_digest, domain_of
    from subscribers.models import Subscriber, Subscription, Suppression, Topic
    from subscribers.states import SubscriptionStatus, SuppressionReason, SuppressionScope

    now, topic = timezone.now(), Topic.objects.get(slug=TOPIC)
    statuses = {
        "pending": SubscriptionStatus.PENDING,
        "unsubscribed": SubscriptionStatus.UNSUBSCRIBED,
    }
    for kind in KINDS[1:]:
        emails = [address(kind, number) for number in range(each)]
        people = Subscriber.objects.bulk_create(
            Subscriber(
                email=email,
                digest=address_digest(email),
                domain=domain_of(email),
                paused_until=now + timedelta(days=90) if kind == "paused" else None,
            )
            for email in emails
        )
        status = statuses.get(kind, SubscriptionStatus.CONFIRMED)
        Subscription.objects.bulk_create(
            Subscription(subscriber=person, topic=topic, status=status, changed_at=now)
            for person in people
        )
        if kind == "suppressed":
            Suppression.objects.bulk_create(
                Suppression(
                    digest=person.digest,
                    reason=SuppressionReason.HARD_BOUNCE,
                    scope=SuppressionScope.ALL,
                )
                for person in people
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum has long done with people of last week


if __name__ == "__main__":
    main()
