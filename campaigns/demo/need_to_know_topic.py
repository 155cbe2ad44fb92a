"""The demo's need-to-know topic, which only those see who are granted it, with its people."""

from datetime import datetime, timedelta

from newsletter.core.addresses import address_digest, domain_of
from newsletter.core.db.clock import database_now
from staff.accounts.administrators import administrators
from subscribers.consent.consent_wording import invitation_words
from subscribers.consent.records import Circumstances, new_record
from subscribers.evidence.write import write_record
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.need_to_know.grants import grant
from subscribers.person_names import guess_given_name
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus

SLUG = "lived-experience-council"
PEOPLE = (
    ("m.castillo@survivors.example", "Marisol Castillo", "GT", "America/Guatemala", "es"),
    ("d.rusu@survivors.example", "Daria Rusu", "RO", "Europe/Bucharest", "ro"),
    ("o.savchenko@survivors.example", "Olena Savchenko", "UA", "Europe/Kyiv", "uk"),
    ("n.khalil@survivors.example", "Nour Khalil", "JO", "Asia/Amman", "ar"),
)
"""Address, name, country, time zone and language of people who follow this topic alone."""
BY = "Demo data"
GRANTED_FOR = timedelta(days=180)


def add_need_to_know_topic(*, now: datetime) -> None:
    """Create the topic with its people, and grant it to the administrators that there are."""
    topic = Topic.objects.create(
        slug=SLUG,
        name="Lived-experience council",
        description="For the people who advise us from their own experience.",
        is_public=False,
        is_restricted=True,
        position=5,
    )
    for number, person in enumerate(PEOPLE):
        _subscribe(topic, *person, joined=now - timedelta(days=120 + 20 * number))
    for account in administrators():
        grant(topic, account, until=database_now() + GRANTED_FOR, by=BY)


def _subscribe(
    topic: Topic,
    email: str,
    full_name: str,
    country: str,
    time_zone: str,
    language: str,
    *,
    joined: datetime,
) -> None:
    digest = address_digest(email)
    person = Subscriber.objects.create(
        email=email,
        digest=digest,
        domain=domain_of(email),
        full_name=full_name,
        given_name=guess_given_name(full_name),
        country=country,
        time_zone=time_zone,
        language=language,
    )
    Subscriber.objects.filter(pk=person.pk).update(created_at=joined, updated_at=joined)
    Subscription.objects.create(
        subscriber=person, topic=topic, status=SubscriptionStatus.CONFIRMED, changed_at=joined
    )
    for action in (ConsentAction.REQUESTED, ConsentAction.CONFIRMED):
        circumstances = Circumstances(
            method=ConsentMethod.DEMO, words=invitation_words(topic), language=language
        )
        record = new_record(
            digest, topic=topic, action=action, circumstances=circumstances, given_at=joined
        )
        record.recorded_at = joined
        write_record(record)
