"""Fill an empty database with people: `python -m benchmarks.people NUMBER`.

As many as NUMBER get a campaign of the topic. Beside them are some who have left, and some who are
suppressed.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

TOPIC = "quarterly-meetings"
EVENT = "quarterly-meeting"
BATCH = 50_000
LEFT, SUPPRESSED = 0.02, 0.005
"""Shares of people beside those who get a campaign."""

GIVEN = [
    "Ada",
    "Bence",
    "Chiara",
    "Diyar",
    "Eszter",
    "Fatmata",
    "Grace",
    "Hemi",
    "Ioana",
    "José",
    "Мария",
    "小明",
    "Ştefan",
    "Zoë",
]
FAMILY = [
    "Lovelace",
    "Nagy",
    "Rossi",
    "Kaya",
    "Kamara",
    "O'Brien",
    "Popescu",
    "Muñoz",
    "Иванова",
    "王",
    "van der Berg",
    "Smith-Jones",
]
LANGUAGES = ["en", "en-GB", "fr", "es", "pt-br", "hu"]
COUNTRIES = ["NZ", "SL", "GB", "US", "RO", "HU", "GT", "TR", "DE", "FR", "CI", ""]
ZONES = [
    "Pacific/Auckland", "Africa/Freetown", "Europe/London", "America/New_York", "Europe/Bucharest",
    "Europe/Budapest",
    "America/Guatemala", "Europe/Istanbul", "Europe/Berlin", "Europe/Paris", "Africa/Abidjan", "",
]  # fmt: skip
LARGE_DOMAINS = {
    "large.example": 36,
    "wide.example": 13,
    "old.example": 8,
    "orchard.example": 4,
    "metropolis.example": 3,
}
"""Of a hundred addresses, so many: as lists have them at the four or five large mailbox providers.
All are reserved names."""
SMALL_DOMAINS = 5_000
"""Of parliaments, ministries and organisations: the first of them have hundreds of mailboxes, the
last a few."""


def main() -> None:
    """Fill the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from campaigns.demo.brand import apply_demo_brand, make_brand
    from campaigns.events.schedule import plan_event
    from subscribers.models import Topic

    make_brand()
    apply_demo_brand()
    today = datetime.now()  # noqa: DTZ005 - wall-clock time
    begins = (today + timedelta(days=60)).replace(hour=18, minute=0, second=0, microsecond=0)
    plan_event(
        slug=EVENT,
        title="Quarterly meeting",
        texts={"es": {"title": "Reunión trimestral"}},
        local_start=begins,
        local_end=begins + timedelta(hours=2),
        time_zone="Europe/Brussels",
    )
    Topic.objects.create(slug=TOPIC, name="Quarterly meetings")
    _fill(int(sys.argv[1]))


def _fill(number: int) -> None:
    from django.db import connection

    left, suppressed = int(number * LEFT), int(number * SUPPRESSED)
    with connection.cursor() as cursor:
        columns = (
            "email, digest, domain, full_name, given_name, language, country, time_zone, "
            "organisation, created_at, updated_at"
        )
        with cursor.copy(f"COPY subscribers_subscriber ({columns}) FROM STDIN") as copy:
            for one in _people(number + left + suppressed):
                copy.write_row((*one, "", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"))
        cursor.execute(_FOLLOW, [left])
        cursor.execute(_SUPPRESS, [left, suppressed])
        # As autovacuum has long done with a list that wasn't filled a minute ago.
        cursor.execute("VACUUM ANALYZE")


_FOLLOW = """
    INSERT INTO subscribers_subscription (subscriber_id, topic_id, status, created_at, changed_at)
    SELECT s.id, t.id, CASE WHEN s.id <= %s THEN 'unsubscribed' ELSE 'confirmed' END, now(), now()
    FROM subscribers_subscriber s, subscribers_topic t ORDER BY s.id
"""
_SUPPRESS = """
    INSERT INTO subscribers_suppression (digest, reason, scope, note, created_at, lifted_by)
    SELECT digest, 'hard_bounce', 'all', '', now(), '' FROM subscribers_subscriber
    ORDER BY id OFFSET %s LIMIT %s
"""


def _people(number: int) -> Iterator[tuple[str, ...]]:
    """Yield people, the same for the same number."""
    from newsletter.core.addresses import address_digest

    dice = random.Random(number)
    domains = [*LARGE_DOMAINS, *(f"body{place}.example" for place in range(SMALL_DOMAINS))]
    rest = 100 - sum(LARGE_DOMAINS.values())
    harmonic = sum(1 / (place + 10) for place in range(SMALL_DOMAINS))
    weights = list(
        accumulate(
            [
                *LARGE_DOMAINS.values(),
                *(rest / harmonic / (place + 10) for place in range(SMALL_DOMAINS)),
            ]
        )
    )
    for place in range(number):
        if place % BATCH == 0:
            chosen = dice.choices(domains, cum_weights=weights, k=BATCH)
        domain = chosen[place % BATCH]
        email = f"person.{place}@{domain}"
        given = dice.choice(GIVEN)
        family = dice.choice(FAMILY)
        where = dice.randrange(len(COUNTRIES))
        yield (
            email,
            address_digest(email),
            domain,
            f"{given} {family}",
            given,
            dice.choice(LANGUAGES),
            COUNTRIES[where],
            ZONES[where],
        )


if __name__ == "__main__":
    main()
