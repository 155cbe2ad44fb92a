"""The months of topics are those of the rows, and those that are over stay as they are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.event_states import RsvpAnswer
from campaigns.models import (
    Campaign,
    Delivery,
    DeliveryMinute,
    DeliveryTally,
    Event,
    FactTally,
    Rsvp,
    TopicMonth,
)
from campaigns.reports.months.calendar import SHOWN, last_months, month_of, next_month, start_of
from campaigns.reports.months.count import count_months
from campaigns.states import CampaignStatus, DeliveryStatus, Fact
from newsletter.seals.seal import seal_entries
from subscribers.consent.records import Circumstances, record_consent
from subscribers.evidence.chain import CONSENT
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.states import ConsentAction, ConsentMethod
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.reports.months.histories import make_history
from tests.conftest import MakeSubscriber

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
THIS, LAST = month_of(NOW), month_of(NOW - timedelta(days=20))


def of(topic: Topic, month: date = THIS) -> TopicMonth:
    return TopicMonth.objects.get(topic=topic, month=month)


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("erases", [False, True], ids=["nobody erased", "some erased"])
@pytest.mark.parametrize("seed", range(4))
def test_growth_is_that_of_any_history(
    topic: Topic, other_topic: Topic, *, seed: int, erases: bool
) -> None:
    expected = make_history([topic, other_topic], now=NOW, seed=seed, erases=erases)
    assert len(count_months(now=NOW)) == SHOWN
    rows = TopicMonth.objects.all()
    keys = {(row.topic_id, row.month): row for row in rows}
    assert {key: row.joined for key, row in keys.items() if row.joined} == dict(expected.joined)
    assert {key: row.left for key, row in keys.items() if row.left} == dict(expected.left)
    assert {key: row.subscribed for key, row in keys.items()} == expected.subscribed
    assert sum(expected.joined.values()) > 10, "or it would prove little"


def test_counting_twice_changes_nothing(topic: Topic) -> None:
    make_history([topic], now=NOW, seed=9, erases=True)
    count_months(now=NOW)
    before = list(TopicMonth.objects.order_by("pk").values())
    assert count_months(now=NOW) == last_months(NOW)[-4:]
    assert list(TopicMonth.objects.order_by("pk").values()) == before


def test_what_was_counted_stays_where_a_run_ends_before_all_months_are(
    topic: Topic, other_topic: Topic
) -> None:
    make_history([topic, other_topic], now=NOW, seed=4, erases=True)
    undone_at, came = start_of(LAST) + timedelta(days=3), NOW - timedelta(days=200)
    ImportBatch.objects.create(
        topic=topic, file_name="a.csv", undone_at=undone_at, undo_result={"removed": 7}
    )
    ImportBatch.objects.update(created_at=came)
    columns = ("topic", "month", "joined", "left", "subscribed")
    rows = TopicMonth.objects.order_by("month", "topic").values_list(*columns)
    count_months(now=NOW)
    at_once = list(rows.all())
    TopicMonth.objects.all().delete()

    for number in range(1, SHOWN + 1):
        newest = last_months(NOW)[-number:]
        assert newest[0] in count_months(now=NOW, seconds=0)
        assert sorted({row[1] for row in rows.all()}) == newest
    assert list(rows.all()) == at_once
    assert of(topic, LAST).left >= 7
    assert of(topic, month_of(came)).joined >= 7
    assert len(count_months(now=NOW, seconds=0)) < SHOWN


def test_growth_that_was_put_off_is_counted_before_its_month_is_closed(topic: Topic) -> None:
    make_history([topic], now=NOW, seed=5, erases=False)
    end = start_of(next_month(THIS))
    count_months(now=end - timedelta(hours=2))
    for row in TopicMonth.objects.all():
        row.beside["took"] = 24 * 60 * 60 / 20
        row.save()
    joined = of(topic).joined
    record_consent(
        "f" * 64,
        topic=topic,
        action=ConsentAction.IMPORTED,
        circumstances=Circumstances(method=ConsentMethod.IMPORT),
    )
    last_hour = ConsentRecord.objects.filter(digest="f" * 64)
    last_hour.update(recorded_at=end - timedelta(hours=1))
    for day in (1, 2, 3):
        count_months(now=end + timedelta(days=day))
    assert of(topic).joined == joined + 1


def test_a_month_that_is_over_stays_as_it_is_whatever_is_forgotten(topic: Topic) -> None:
    make_history([topic], now=NOW, seed=3, erases=False)
    count_months(now=NOW)
    closed = TopicMonth.objects.filter(month__lt=LAST).order_by("month")
    before = list(closed.values_list("month", "joined", "left", "subscribed"))
    assert any(joined for _, joined, _, _ in before)
    for person in Subscriber.objects.all():
        erase(person.email)
    ConsentRecord.objects.exclude(action=ConsentAction.UNSUBSCRIBED).delete()
    later = start_of(next_month(THIS)) + timedelta(days=3)
    ConsentRecord.objects.filter(recorded_at__gt=NOW).update(recorded_at=later)
    count_months(now=later)
    assert list(closed.values_list("month", "joined", "left", "subscribed")) == before
    assert of(topic, month_of(later)).subscribed == 0


def test_a_confirmation_on_a_moderated_topic_is_nobody_yet(topic: Topic) -> None:
    Topic.objects.update(is_moderated=True)
    topic.refresh_from_db()
    for digest, steps in {
        "a" * 64: [ConsentAction.CONFIRMED],
        "b" * 64: [ConsentAction.CONFIRMED, ConsentAction.ACCEPTED],
        "c" * 64: [ConsentAction.CONFIRMED, ConsentAction.DECLINED],
        "d" * 64: [ConsentAction.CONFIRMED, ConsentAction.ACCEPTED, ConsentAction.UNSUBSCRIBED],
    }.items():
        for step in steps:
            record_consent(
                digest,
                topic=topic,
                action=step,
                circumstances=Circumstances(method=ConsentMethod.FORM),
            )
    record_consent(
        "e" * 64,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.MAIL_LINK, staff="Sam"),
    )
    now = timezone.now()
    count_months(now=now)
    row = of(topic, month_of(now))
    assert (row.joined, row.left) == (3, 1), "Two were accepted, one was invited, and one left."


def test_an_import_of_another_month_that_is_undone_leaves(topic: Topic) -> None:
    batch = ImportBatch.objects.create(
        topic=topic, file_name="a.csv", undone_at=NOW, undo_result={"removed": 7}
    )
    ImportBatch.objects.update(created_at=start_of(LAST))
    count_months(now=NOW)
    assert of(topic).left == 7
    assert (of(topic, LAST).joined, of(topic, LAST).subscribed) == (7, 7)
    before = month_of(start_of(LAST) - timedelta(days=1))
    assert of(topic, before).subscribed == 0, "Nobody had been there before."
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=NOW)
    TopicMonth.objects.all().delete()
    count_months(now=NOW)
    assert of(topic).left == 0, "Its records went, so nobody had come."


def test_growth_of_many_is_counted_less_often(topic: Topic) -> None:
    make_history([topic], now=NOW, seed=5, erases=False)
    count_months(now=NOW)
    for row in TopicMonth.objects.all():
        row.beside["took"] = 60
        row.save()
    joined = of(topic).joined
    record_consent(
        "f" * 64,
        topic=topic,
        action=ConsentAction.IMPORTED,
        circumstances=Circumstances(method=ConsentMethod.IMPORT),
    )
    ConsentRecord.objects.filter(digest="f" * 64).update(recorded_at=NOW)
    seal_entries(CONSENT)
    count_months(now=NOW + timedelta(minutes=5))
    assert of(topic).joined == joined
    count_months(now=NOW + timedelta(minutes=55))
    assert of(topic).joined == joined + 1


def sent(
    campaign: Campaign, at: datetime, facts: dict[str, int] | None = None, **by_status: int
) -> None:
    campaign.status, campaign.launched_at = CampaignStatus.SENT, at
    campaign.candidates = sum(by_status.values())
    campaign.save()
    for status, number in by_status.items():
        DeliveryTally.objects.create(campaign=campaign, status=status, number=number)
    for fact, number in (facts or {}).items():
        FactTally.objects.create(campaign=campaign, fact=fact, number=number)


def test_health_adds_up_what_the_guard_looks_at(
    draft: Campaign, topic: Topic, followers: MakeFollowers
) -> None:
    sent(
        draft,
        NOW - timedelta(days=20),
        facts={Fact.COMPLAINED: 2, Fact.HARD_BOUNCE: 5, Fact.BLOCKED: 1},
        delivered=90,
        accepted=4,
        bounced=10,
        failed=3,
        skipped=7,
    )
    # Four of these may still be reported, as their mailer reports deliveries.
    DeliveryMinute.objects.bulk_create(
        DeliveryMinute(campaign=draft, minute=NOW, mailer="brevo", what=what, number=number)
        for what, number in {"accepted": 104, "delivered": 90, "bounced": 10}.items()
    )
    another = Campaign.objects.create(name="By SMTP", topic=topic)
    sent(another, NOW - timedelta(days=19), accepted=50, bounced=1, facts={Fact.HARD_BOUNCE: 1})
    [person] = followers(1)
    Delivery.objects.create(
        campaign=another,
        subscriber=person,
        language="en",
        status=DeliveryStatus.ACCEPTED,
        unsubscribed_at=NOW,
    )
    count_months(now=NOW)
    row = of(topic, LAST)
    assert (row.campaigns, row.emails, row.bounced, row.complained, row.unsubscribed) == (
        2,
        90 + 10 + 50 + 1,
        7,
        2,
        1,
    )
    erase(person.email)
    later = NOW + timedelta(days=1)
    FactTally.objects.filter(fact=Fact.COMPLAINED).update(number=4)
    count_months(now=later)
    assert of(topic, LAST).complained == 4, "Complaints come late."
    assert of(topic, LAST).unsubscribed == 1
    much_later = start_of(next_month(LAST)) + timedelta(days=95)
    count_months(now=much_later)
    FactTally.objects.filter(fact=Fact.COMPLAINED).update(number=9)
    count_months(now=much_later + timedelta(days=1))
    assert of(topic, LAST).complained == 4, "Then the month is closed."


def answer(event: Event, person: Subscriber, said: str, *, came: bool | None = None) -> None:
    Rsvp.objects.create(event=event, subscriber=person, answer=said, came=came, answered_at=NOW)


def test_answers_count_in_the_month_of_their_event(
    draft: Campaign, topic: Topic, event: Event, followers: MakeFollowers
) -> None:
    sent(draft, NOW, delivered=30, bounced=2)
    Event.objects.update(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    people = followers(9)
    for person in people[:5]:
        answer(event, person, RsvpAnswer.YES, came=True)
    for person in people[5:7]:
        answer(event, person, RsvpAnswer.NO)
    answer(event, people[7], RsvpAnswer.MAYBE, came=False)
    answer(event, people[8], RsvpAnswer.DELEGATE)
    count_months(now=NOW)
    row = of(topic)
    numbers = columns(row, "events", "invited", "said_yes", "said_no", "said_else", "came")
    assert numbers == (1, 32, 5, 2, 2, 5)
    assert row.has_few_answers
    erase(people[0].email)
    count_months(now=NOW)
    assert of(topic).said_yes == 4, "The month is open, and the answer is gone."


@pytest.mark.parametrize(
    ("said", "is_few"),
    [
        ([RsvpAnswer.YES] * 5 + [RsvpAnswer.MAYBE] * 5, False),
        ([RsvpAnswer.YES] * 5 + [RsvpAnswer.DELEGATE] * 5 + [RsvpAnswer.MAYBE], True),
        ([RsvpAnswer.YES] * 5 + [""], True),
    ],
    ids=["enough", "few of two that are one here", "one who hasn't answered"],
)
def test_few_are_those_whom_the_page_of_an_event_hides(
    said: list[str],
    topic: Topic,
    event: Event,
    followers: MakeFollowers,
    draft: Campaign,
    *,
    is_few: bool,
) -> None:
    Event.objects.update(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    for person, one in zip(followers(len(said)), said, strict=True):
        answer(event, person, one)
    count_months(now=NOW)
    assert of(topic).has_few_answers is is_few
    assert of(topic).said_yes == 5


def columns(row: TopicMonth, *names: str) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in names)


def test_whoever_is_known_from_need_to_know_topics_alone_counts_in_those_alone(
    draft: Campaign,
    topic: Topic,
    event: Event,
    followers: MakeFollowers,
    make_subscriber: MakeSubscriber,
) -> None:
    secret = Topic.objects.create(
        slug="safe", name="Safe", is_restricted=True, is_public=False, position=5
    )
    Event.objects.update(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    for person in followers(6):
        answer(event, person, RsvpAnswer.YES)
    answer(event, make_subscriber("x@example.org", topic=secret), RsvpAnswer.YES)
    count_months(now=NOW)
    assert of(topic).said_yes == 6
    Event.objects.update(topic=secret)
    count_months(now=NOW)
    assert (of(secret).said_yes, of(topic).said_yes) == (7, 0)
