"""Invented histories of people who come, leave and are erased, and what they come to by hand."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from campaigns.reports.months.calendar import last_months, month_of, start_of
from newsletter.core.addresses import address_digest
from newsletter.seals.seal import seal_entries
from subscribers.consent.records import Circumstances, record_consent, transition_subscription
from subscribers.consent.unsubscribe import leave
from subscribers.evidence.chain import CONSENT
from subscribers.models import ConsentRecord, ConsentSeal, Subscriber, Subscription, Topic
from subscribers.people.erase import erase
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus

BY_FORM = Circumstances(method=ConsentMethod.FORM)
COMES = (ConsentAction.CONFIRMED, ConsentAction.IMPORTED)


@dataclass(slots=True)
class History:
    """People who come and go, and the numbers by topic and month, kept by hand meanwhile."""

    topics: list[Topic]
    chance: Random
    joined: Counter[tuple[int, date]] = field(default_factory=Counter)
    left: Counter[tuple[int, date]] = field(default_factory=Counter)
    subscribed: dict[tuple[int, date], int] = field(default_factory=dict)
    members: set[tuple[int, str]] = field(default_factory=set)

    def step(self, what: str, month: date) -> None:
        email, topic = f"p{self.chance.randrange(12)}@example.org", self.chance.choice(self.topics)
        if what == "come" and _comes(email, topic, self.chance.choice(COMES)):
            self.joined[topic.pk, month] += 1
            self.members.add((topic.pk, email))
        elif what == "again" and (topic.pk, email) in self.members:
            # Somebody who is in presses the button of an old email.
            record_consent(
                address_digest(email),
                topic=topic,
                action=ConsentAction.CONFIRMED,
                circumstances=BY_FORM,
            )
        elif what == "leave" and _leaves(email, topic):
            self._left(email, topic, month)
        elif what == "erase":
            erase(email)
            for each in self.topics:
                self._left(email, each, month)

    def _left(self, email: str, topic: Topic, month: date) -> None:
        if (topic.pk, email) in self.members:
            self.left[topic.pk, month] += 1
            self.members.discard((topic.pk, email))


def make_history(topics: list[Topic], *, now: datetime, seed: int, erases: bool) -> History:
    """Let people come, come again, leave, leave without having come, and be erased."""
    chance = Random(seed)
    history = History(topics, chance)
    steps = ["come", "come", "again", "leave", *(["erase"] if erases else [])]
    for month in last_months(now):
        for day in sorted(chance.sample(range(27), 4)):
            at = min(start_of(month) + timedelta(days=day, hours=5), now)
            before = ConsentRecord.objects.order_by("-pk").first()
            history.step(chance.choice(steps), month_of(at))
            written = ConsentRecord.objects.filter(pk__gt=before.pk if before else 0)
            written.update(recorded_at=at)
        if chance.random() < 0.5:
            seal(at)
        for topic in topics:
            followers = sum(topic_id == topic.pk for topic_id, _ in history.members)
            history.subscribed[topic.pk, month] = followers
    return history


def seal(at: datetime) -> None:
    """Seal what was written, as the clock would have done then."""
    seal_entries(CONSENT)
    ConsentSeal.objects.filter(sealed_at__gt=at).update(sealed_at=at + timedelta(minutes=1))


def _comes(email: str, topic: Topic, action: ConsentAction) -> bool:
    subscriber, _ = Subscriber.objects.get_or_create(
        email=email, digest=address_digest(email), domain="example.org"
    )
    tie, _ = Subscription.objects.get_or_create(
        subscriber=subscriber,
        topic=topic,
        defaults={"changed_at": subscriber.created_at},
    )
    if tie.status == SubscriptionStatus.UNSUBSCRIBED:
        Subscription.objects.filter(pk=tie.pk).update(status=SubscriptionStatus.PENDING)
        tie.refresh_from_db()
    to = SubscriptionStatus.CONFIRMED
    return transition_subscription(tie, to, action=action, circumstances=BY_FORM)


def _leaves(email: str, topic: Topic) -> bool:
    """Return whether there was something to leave, a request that waits included."""
    ties = Subscription.objects.filter(subscriber__email=email, topic=topic)
    tie = ties.select_related("subscriber", "topic").first()
    return tie is not None and leave(tie, BY_FORM)
