"""Growth of moderated topics stays that of their members, whatever addresses they have."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from campaigns.models import TopicMonth
from campaigns.reports.months.calendar import last_months, month_of, next_month, start_of
from campaigns.reports.months.count import count_months
from newsletter.core.addresses import address_digest
from subscribers.consent.records import Circumstances, transition_subscription
from subscribers.consent.unsubscribe import leave
from subscribers.models import AddressChange, ConsentRecord, Subscriber, Subscription, Topic
from subscribers.people.change_address import CannotChangeAddress, change_address
from subscribers.people.erase import erase
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from tests.campaigns.reports.months.histories import seal

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
BY_FORM = Circumstances(method=ConsentMethod.FORM)
BY_STAFF = Circumstances(method=ConsentMethod.STAFF, staff="sam")
STEPS = ("apply", "apply", "accept", "accept", "decline", "invite", "move", "move", "leave")


@dataclass(slots=True)
class Members:
    """People who apply, are let in, move and leave, and who came and left by hand."""

    topic: Topic
    chance: Random
    joined: Counter[date] = field(default_factory=Counter)
    left: Counter[date] = field(default_factory=Counter)
    subscribed: dict[date, int] = field(default_factory=dict)

    def step(self, what: str, month: date) -> None:
        person = self.chance.randrange(6)
        # One of two mailboxes of theirs: who moves twice is back at the first.
        found = Subscriber.objects.filter(email__startswith=f"p{person}-").first()
        subscriber = found or Subscriber.objects.create(
            email=f"p{person}-0@example.org", digest=address_digest(f"p{person}-0@example.org")
        )
        tie, _ = Subscription.objects.get_or_create(
            subscriber=subscriber,
            topic=self.topic,
            defaults={"changed_at": subscriber.created_at},
        )
        was_in = tie.status == SubscriptionStatus.CONFIRMED
        if self._done(what, tie):
            in_now = Subscription.objects.filter(pk=tie.pk, status=SubscriptionStatus.CONFIRMED)
            is_in = in_now.exists()
            self.joined[month] += is_in and (not was_in or what == "move")
            self.left[month] += was_in and (not is_in or what == "move")
        elif what == "erase":
            erase(subscriber.email)
            self.left[month] += was_in

    def _done(self, what: str, tie: Subscription) -> bool:
        """Take a step, if the state of the tie allows it."""
        if what == "leave":
            return leave(tie, BY_FORM)
        if what == "move":
            return _moves(tie.subscriber)
        asks = {
            "apply": (SubscriptionStatus.AWAITING_REVIEW, ConsentAction.CONFIRMED, BY_FORM),
            "invite": (SubscriptionStatus.CONFIRMED, ConsentAction.CONFIRMED, BY_STAFF),
            "accept": (SubscriptionStatus.CONFIRMED, ConsentAction.ACCEPTED, BY_STAFF),
            "decline": (SubscriptionStatus.DECLINED, ConsentAction.DECLINED, BY_STAFF),
        }
        if what not in asks:
            return False
        waits = tie.status == SubscriptionStatus.AWAITING_REVIEW
        if waits is not (what in ("accept", "decline")):
            return False
        if tie.status in (SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED):
            Subscription.objects.filter(pk=tie.pk).update(status=SubscriptionStatus.PENDING)
            tie.refresh_from_db()
        to, action, circumstances = asks[what]
        return transition_subscription(tie, to, action=action, circumstances=circumstances)


def _moves(subscriber: Subscriber) -> bool:
    name, _, rest = subscriber.email.partition("-")
    to = f"{name}-{1 - int(rest[0])}@example.org"
    asked = AddressChange.objects.create(subscriber=subscriber, email=to, digest=address_digest(to))
    try:
        change_address(subscriber.pk, to=to, asked=asked.pk)
    except CannotChangeAddress:  # somebody was erased at it
        return False
    return True


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("each_month", [False, True], ids=["at the end", "each month"])
@pytest.mark.parametrize("erases", [False, True], ids=["nobody erased", "some erased"])
@pytest.mark.parametrize("seed", range(6))
def test_whoever_moves_neither_adds_a_member_nor_takes_one(
    topic: Topic, *, seed: int, erases: bool, each_month: bool
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_moderated=True)
    topic.refresh_from_db()
    members = Members(topic, Random(seed))
    steps = [*STEPS, *(["erase"] if erases else [])]
    for month in last_months(NOW):
        for day in sorted(members.chance.sample(range(27), 6)):
            at = min(start_of(month) + timedelta(days=day, hours=5), NOW)
            before = ConsentRecord.objects.order_by("-pk").first()
            members.step(members.chance.choice(steps), month_of(at))
            written = ConsentRecord.objects.filter(pk__gt=before.pk if before else 0)
            written.update(recorded_at=at)
        seal(at)
        confirmed = Subscription.objects.filter(status=SubscriptionStatus.CONFIRMED)
        members.subscribed[month] = confirmed.count()
        if each_month:
            count_months(now=min(start_of(next_month(month)), NOW))
    count_months(now=NOW)

    rows = list(TopicMonth.objects.filter(topic=topic, month__in=last_months(NOW)))
    assert {row.month: row.joined for row in rows if row.joined} == dict(+members.joined)
    assert {row.month: row.left for row in rows if row.left} == dict(+members.left)
    assert {row.month: row.subscribed for row in rows} == members.subscribed
    assert sum(members.joined.values()) > 10, "or it would prove little"
