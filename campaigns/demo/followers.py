"""The demo's topics, and its subscribers with their consent records."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from campaigns.demo.details import institution_of
from campaigns.demo.people import Person, Standing, people
from campaigns.demo.topic_texts import texts_of
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import is_ready
from newsletter.core.addresses import address_digest, domain_of
from subscribers.consent.consent_wording import language_of_words, sign_up_words
from subscribers.evidence.keep_wording import keep_wording
from subscribers.evidence.write import write_records
from subscribers.models import ConsentRecord, ConsentWording, Subscriber, Subscription, Topic
from subscribers.people.pause import pause
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, WordingForm

QUARTERLY_MEETINGS = "quarterly-meetings"
FORUMS = "forums"
NEWSLETTER = "newsletter"
POLICY_UPDATES = "policy-updates"

TOPICS = {
    QUARTERLY_MEETINGS: ("Quarterly meetings", "Invitations to our four virtual meetings a year."),
    FORUMS: (
        "Forums",
        "Forums in parliaments and site visits: dates, programmes, how to take part.",
    ),
    NEWSLETTER: ("Newsletter", "What the taskforce has been doing, every other month."),
    POLICY_UPDATES: (
        "Policy updates",
        "New laws, bills and rulings on human trafficking, for people who make law.",
    ),
}

PAUSE = timedelta(days=60)
FIRST_EMAIL = timedelta(days=430)
"""Before the first of PAST_EMAILS. Most people, and all to whom something happens, had joined."""
SIGN_UPS_SPREAD = timedelta(days=280)
LATEST_SIGN_UP = timedelta(days=30)
"""The others join in the course of the demo's year, until before the last campaign."""


DISCREET = "nakato.ssebuliba@survivors.example"
"""The person of the demo who is in discreet mode."""


def add_topics() -> dict[str, Topic]:
    """Create the four topics, and return them by slug."""
    topics = [
        Topic(
            slug=slug,
            name=name,
            description=description,
            texts=texts_of(slug),
            position=position,
        )
        for position, (slug, (name, description)) in enumerate(TOPICS.items())
    ]
    Topic.objects.bulk_create(topics)
    return {topic.slug: topic for topic in topics}


def add_followers(topics: dict[str, Topic], *, now: datetime) -> dict[str, Person]:
    """Create all subscribers of the demo, with subscriptions and consent records.

    People who unsubscribe in the course of the demo are still subscribed afterwards.

    Returns:
        The people by the digest of their address.
    """
    # Otherwise the email to this one person would wait, and no campaign of the demo would end.
    can_be_discreet = is_ready(current_brand())
    cast = sorted(people(), key=lambda person: _joined(person, now))
    Subscriber.objects.bulk_create(_subscriber(person) for person in cast)
    by_digest = {address_digest(person.email): person for person in cast}
    subscribers = list(Subscriber.objects.filter(digest__in=by_digest))
    for subscriber in subscribers:
        subscriber.created_at = subscriber.updated_at = _joined(by_digest[subscriber.digest], now)
        if subscriber.email == DISCREET and can_be_discreet:
            subscriber.discreet_since = subscriber.created_at
        if by_digest[subscriber.digest].standing is not Standing.PENDING:
            subscriber.institution = institution_of(by_digest[subscriber.digest])
    Subscriber.objects.bulk_update(
        subscribers, ["created_at", "updated_at", "discreet_since", "institution"]
    )
    subscribe(subscribers, by_digest, topics)
    return by_digest


def pause_somebody(cast: dict[str, Person], *, now: datetime) -> None:
    """Pause the emails of one person, who follows other topics than that of the next campaign."""
    digest = next(
        digest for digest, person in cast.items() if person.standing is Standing.OTHER_TOPICS
    )
    pause(Subscriber.objects.get(digest=digest).pk, until=(now + PAUSE).date())


def topics_of(person: Person) -> list[str]:
    """Choose the topics that a person follows, or has asked for.

    The person's number decides, in place of chance.
    """
    if person.standing is Standing.OTHER_TOPICS:
        return [FORUMS, NEWSLETTER]
    chosen = [QUARTERLY_MEETINGS]
    if person.standing is Standing.PENDING:
        return chosen
    if person.number % 2 == 0 or person.standing is not Standing.CONFIRMED:
        chosen.append(FORUMS)
    if person.number % 3 != 0:
        chosen.append(NEWSLETTER)
    if person.number % 5 == 0:
        chosen.append(POLICY_UPDATES)
    return chosen


def _subscriber(person: Person) -> Subscriber:
    # After a sign-up the details of a person wait in the consent record until they have confirmed.
    known = {} if person.standing is Standing.PENDING else _details(person)
    return Subscriber(
        email=person.email,
        digest=address_digest(person.email),
        domain=domain_of(person.email),
        **known,
    )


def _details(person: Person) -> dict[str, str]:
    return {
        "full_name": person.full_name,
        "given_name": person.given_name,
        "country": person.country,
        "time_zone": person.time_zone,
        "language": person.language,
    }


def _joined(person: Person, now: datetime) -> datetime:
    """Choose the time of a person's sign-up.

    37 and 240 have no common factor, so neighbours in the file joined at different times.
    """
    if person.standing is Standing.PENDING:
        return now - timedelta(hours=2 + person.number % 7 * 9)
    place = person.number * 37 % 240
    if person.standing is Standing.CONFIRMED and person.number % 5 in (1, 3):
        return now - FIRST_EMAIL + (FIRST_EMAIL - LATEST_SIGN_UP) * place / 240
    return now - FIRST_EMAIL - SIGN_UPS_SPREAD * (240 - place) / 240


def subscribe(
    subscribers: list[Subscriber],
    by_digest: dict[str, Person],
    topics: dict[str, Topic],
    *,
    followed: Sequence[str] = (),
) -> None:
    """Create subscriptions and their evidence.

    Args:
        followed: the slugs of their topics; empty: those that the demo chooses for each.
    """
    subscriptions: list[Subscription] = []
    evidence: list[ConsentRecord] = []
    wording = keep_wording(sign_up_words(), form=WordingForm.SIGN_UP, language_of=language_of_words)
    for subscriber in subscribers:
        person, asked = by_digest[subscriber.digest], subscriber.created_at
        answered = (
            None
            if person.standing is Standing.PENDING
            else asked + timedelta(minutes=1 + person.number % 50)
        )
        status = SubscriptionStatus.CONFIRMED if answered else SubscriptionStatus.PENDING
        for slug in followed or topics_of(person):
            topic = topics[slug]
            evidence += _evidence(
                person, subscriber.digest, topic, wording=wording, asked=asked, answered=answered
            )
            subscriptions.append(
                Subscription(
                    subscriber=subscriber, topic=topic, status=status, changed_at=answered or asked
                )
            )
    Subscription.objects.bulk_create(subscriptions)
    write_records(evidence)


def _evidence(
    person: Person,
    digest: str,
    topic: Topic,
    *,
    wording: ConsentWording | None,
    asked: datetime,
    answered: datetime | None,
) -> Iterator[ConsentRecord]:
    """Yield the consent records of a sign-up and its confirmation, marked as demo data."""
    asked_for = {
        name: value for name, value in _details(person).items() if value and name != "given_name"
    }
    for action, when, details in (
        (ConsentAction.REQUESTED, asked, asked_for),
        (ConsentAction.CONFIRMED, answered, {}),
    ):
        if when is not None:
            yield ConsentRecord(
                digest=digest,
                topic=topic,
                action=action,
                method=ConsentMethod.DEMO,
                wording=wording,
                language="en",
                details=details,
                given_at=when,
                recorded_at=when,
            )
