"""Records are merged while campaigns are sent: nobody gets one twice, and none is lost."""

import uuid
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.audience.conditions.received import RECEIVED
from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.reports.held_data import tables_of_campaigns
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.rsvp.invitation import invitation_of
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.count_failures import failures_of
from campaigns.sending.launch import launch_now
from campaigns.sending.resolve import resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import DeliveryStatus, SkipReason
from newsletter.models import InboxMessage
from newsletter.transport.pacing.retry import SPENT
from newsletter.webhooks.process_reports import process_reports
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.people.erase import erase
from subscribers.people.merging.merge import MergeMustWait, merge
from subscribers.states import SubscriptionStatus
from subscribers.suppression.registry import active
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.sending.test_reported_by_provider import bring

PLANNED, CLAIMED = DeliveryStatus.PLANNED, DeliveryStatus.CLAIMED
SKIPPED, FAILED = DeliveryStatus.SKIPPED, DeliveryStatus.FAILED
ACCEPTED, DELIVERED = DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED
BOUNCED, UNCERTAIN = DeliveryStatus.BOUNCED, DeliveryStatus.UNCERTAIN
ARRIVED = (UNCERTAIN, ACCEPTED, DELIVERED)


def put(delivery: Delivery, status: DeliveryStatus, **columns: object) -> None:
    """Have a delivery in a state, with the tallies."""
    tallies = DeliveryTally.objects.filter(campaign=delivery.campaign_id)
    if status == CLAIMED:
        columns |= {"claim_token": uuid.uuid4(), "lease_until": timezone.now() + timedelta(hours=1)}
    if status == FAILED:
        columns = {"reason": f"{SPENT} 451", **columns}
    for each, change in ((delivery.status, -1), (status, 1)):
        row = tallies.get(status=each)
        tallies.filter(pk=row.pk).update(number=row.number + change)
    attempt = 0 if status in (PLANNED, SKIPPED) else 1
    changes = {"settled_at": timezone.now(), "attempt": attempt, **columns}
    Delivery.objects.filter(pk=delivery.pk).update(status=status, **changes)


def two(campaign: Campaign) -> tuple[Delivery, Delivery]:
    own, other = Delivery.objects.filter(campaign=campaign).order_by("pk")[:2]
    return own, other


def merge_of(own: Delivery, other: Delivery) -> tuple[Subscriber, Subscriber]:
    assert own.subscriber is not None
    assert other.subscriber is not None
    kept, merged = own.subscriber, other.subscriber
    merge(kept.pk, merged.pk, by="sam")
    return kept, merged


def send_all(campaign: Campaign) -> None:
    send_batch(campaign.pk)
    advance_campaigns()
    campaign.refresh_from_db()
    assert totals(campaign) == recount(campaign)
    assert totals(campaign).adds_up


def mails_to(*people: Subscriber) -> Counter[str]:
    addresses = {person.email for person in people}
    sent = InboxMessage.objects.values_list("recipient", flat=True)
    return Counter(address for address in sent if address in addresses)


def gone(campaign: Campaign, *, of: Subscriber) -> None:
    """Have somebody as in no audience of it: one who joined later."""
    row = Delivery.objects.get(campaign=campaign, subscriber=of)
    tally = DeliveryTally.objects.get(campaign=campaign, status=row.status)
    DeliveryTally.objects.filter(pk=tally.pk).update(number=tally.number - 1)
    Campaign.objects.filter(pk=campaign.pk).update(candidates=campaign.candidates - 1)
    row.delete()


def test_of_two_that_wait_one_is_sent_to_the_address_that_stays(sending: Campaign) -> None:
    kept, merged = merge_of(*two(sending))
    send_all(sending)
    assert mails_to(kept, merged) == {kept.email: 1}
    left = Delivery.objects.get(campaign=sending, subscriber=merged)
    assert (left.status, left.reason) == (SKIPPED, SkipReason.MERGED)
    assert Delivery.objects.filter(campaign=sending).count() == 5, "two rows of history"


def test_what_waits_for_the_other_record_alone_is_sent_to_the_address_that_stays(
    sending: Campaign,
) -> None:
    own, other = two(sending)
    assert own.subscriber is not None
    gone(sending, of=own.subscriber)
    sending.refresh_from_db()
    own.subscriber.subscriptions.all().delete()
    kept, merged = merge_of(own, other)
    send_all(sending)
    assert mails_to(kept, merged) == {kept.email: 1}, "neither lost nor at the other mailbox"


@pytest.mark.parametrize("of", ["kept", "merged"])
def test_it_waits_while_an_email_to_one_of_them_is_being_sent(sending: Campaign, of: str) -> None:
    own, other = two(sending)
    put({"kept": own, "merged": other}[of], CLAIMED)
    with pytest.raises(MergeMustWait):
        merge_of(own, other)
    assert not Subscriber.objects.filter(merged_into__isnull=False).exists()
    assert Delivery.objects.filter(status=PLANNED).count() == 4


@pytest.mark.parametrize(("status", "hours"), [(PLANNED, 1), (PLANNED, -1), (UNCERTAIN, 1)])
def test_it_waits_while_the_mailer_may_be_asked_again_under_its_key(
    sending: Campaign, status: DeliveryStatus, hours: int
) -> None:
    own, other = two(sending)
    put(other, status, same_key_until=timezone.now() + timedelta(hours=hours))
    with pytest.raises(MergeMustWait):
        merge_of(own, other)


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("before", [PLANNED, SKIPPED, FAILED, BOUNCED, UNCERTAIN, ACCEPTED])
def test_the_person_counts_as_having_got_what_either_record_got(
    sending: Campaign, before: DeliveryStatus
) -> None:
    own, other = two(sending)
    put(own, before)
    put(other, DELIVERED)
    kept, merged = merge_of(own, other)
    send_all(sending)
    got = RECEIVED.condition({"campaign": sending.pk, "got": "yes"}, "")
    assert Subscriber.objects.filter(got, pk=kept.pk).exists()
    assert mails_to(kept, merged) == {}
    statuses = dict(Delivery.objects.filter(pk__in=[own.pk, other.pk]).values_list("pk", "status"))
    assert statuses == {own.pk: SKIPPED if before == PLANNED else before, other.pk: DELIVERED}


def test_a_failed_email_of_the_other_record_isnt_tried_again_elsewhere(sending: Campaign) -> None:
    own, other = two(sending)
    assert own.subscriber is not None
    gone(sending, of=own.subscriber)
    put(other, FAILED)
    merge_of(own, other)
    failures = failures_of(Campaign.objects.get(pk=sending.pk))
    assert (failures.again, dict(failures.others)) == (0, {"new_address": 1})


def test_what_a_person_plans_again_goes_to_the_address_that_stays_once(
    sending: Campaign,
) -> None:
    own, other = two(sending)
    for row in (own, other):
        put(row, UNCERTAIN)
    kept, merged = merge_of(own, other)
    assert resolve_uncertain(sending.pk, to=PLANNED, by="Sam") == 2
    send_all(sending)
    assert mails_to(kept, merged) == {kept.email: 1}


@pytest.mark.parametrize("is_double", [True, False])
@pytest.mark.parametrize("provider", ["mailgun", "postmark"])
def test_what_a_provider_says_later_is_about_the_mailbox_that_it_was_sent_to(
    sending: Campaign, provider: str, is_double: bool
) -> None:
    own, other = two(sending)
    assert own.subscriber is not None
    put(own, ACCEPTED)
    if not is_double:
        own.refresh_from_db()
        gone(sending, of=own.subscriber)
    put(other, ACCEPTED)
    kept, merged = merge_of(own, other)
    other.refresh_from_db()
    bring("hard", other, provider=provider, recipient=merged.email)
    process_reports()
    other.refresh_from_db()
    assert (other.status, other.bounce_class) == (BOUNCED, "hard")
    assert {each.reason for each in active(merged.digest)} == {"merged", "hard_bounce"}
    assert active(kept.digest) == [], "its mailbox works"


@pytest.mark.parametrize("is_double", [True, False])
def test_a_complaint_about_an_email_to_the_other_address_is_the_persons(
    sending: Campaign, is_double: bool
) -> None:
    own, other = two(sending)
    assert own.subscriber is not None
    put(own, ACCEPTED)
    if not is_double:
        own.refresh_from_db()
        gone(sending, of=own.subscriber)
    put(other, DELIVERED)
    kept, merged = merge_of(own, other)
    other.refresh_from_db()
    bring("complained", other, recipient=merged.email)
    process_reports()
    assert [each.reason for each in active(kept.digest)] == ["complaint"]
    tie = Subscription.objects.get(subscriber=kept, topic=sending.topic_id)
    assert tie.status == SubscriptionStatus.UNSUBSCRIBED


def test_a_link_of_an_invitation_to_the_other_address_is_the_persons(sending: Campaign) -> None:
    own, other = two(sending)
    for row in (own, other):
        put(row, ACCEPTED)
    kept, merged = merge_of(own, other)
    for row in (own, other):
        found = invitation_of(row.pk)
        assert found is not None
        assert found.subscriber == kept


def test_later_campaigns_go_to_the_address_that_stays(
    draft: Campaign, followers: MakeFollowers
) -> None:
    kept, merged, *_ = followers(5)
    merge(kept.pk, merged.pk, by="sam")
    approve(draft, by="Sam")
    launched = launch_now(draft)
    people = set(launched.deliveries.values_list("subscriber", flat=True))
    assert kept.pk in people
    assert merged.pk not in people


def test_the_person_gets_and_erases_the_deliveries_of_both(sending: Campaign) -> None:
    own, other = two(sending)
    for row in (own, other):
        put(row, DELIVERED)
    kept, _ = merge_of(own, other)
    [emails] = [table for table in tables_of_campaigns(kept.pk) if table.name == "campaign_emails"]
    assert {row.pk for row in emails.rows} == {own.pk, other.pk}
    erase(kept.pk)
    rows = Delivery.objects.filter(pk__in=[own.pk, other.pk])
    assert rows.filter(subscriber=None, sent_to="").count() == 2


def test_the_page_shows_both_and_to_which_address(sams: Client, sending: Campaign) -> None:
    own, other = two(sending)
    for row in (own, other):
        put(row, DELIVERED)
    kept, merged = merge_of(own, other)
    html = sams.get(f"/staff/subscribers/subscriber/{kept.pk}/change/").content.decode()
    assert html.count("Quarterly meeting</a>") == 2
    assert f"To <bdi>{merged.email}</bdi>" in html


def test_the_sending_log_says_that_it_went_elsewhere(sams: Client, sending: Campaign) -> None:
    own, other = two(sending)
    assert own.subscriber is not None
    gone(sending, of=own.subscriber)
    put(other, DELIVERED)
    kept, _ = merge_of(own, other)
    html = sams.get("/staff/campaigns/delivery/").content.decode()
    assert f"{kept.email} (sent to another address)" in html


STATES = [None, *sorted(set(DeliveryStatus) - {CLAIMED})]
TIES = [None, *SubscriptionStatus]


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("seed", range(16))
def test_no_history_of_merges_breaks_a_promise(sending: Campaign, seed: int) -> None:
    """Five records, in any state, are merged in any order, between sendings."""
    chance = Random(seed)
    had, left = _before(sending, chance)
    clusters = _merges(sending, chance, had=had)
    _send(sending, clusters, had=had)
    _holds(clusters, left=left)


def _before(campaign: Campaign, chance: Random) -> tuple[set[int], set[int]]:
    """Put deliveries and subscriptions in any state: who had the campaign, and who left."""
    had, left = set[int](), set[int]()
    for row in Delivery.objects.filter(campaign=campaign).order_by("pk"):
        assert row.subscriber is not None
        status, tie = chance.choice(STATES), chance.choice(TIES)
        if status is None:
            campaign.refresh_from_db()
            gone(campaign, of=row.subscriber)
        elif status != PLANNED:
            put(row, status)
        if status in ARRIVED:
            had.add(row.subscriber.pk)
        if tie in (SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED):
            left.add(row.subscriber.pk)
        ties = row.subscriber.subscriptions.all()
        if tie is None:
            ties.delete()
        else:
            ties.update(status=tie)
    return had, left


def _merges(campaign: Campaign, chance: Random, *, had: set[int]) -> dict[int, set[int]]:
    """Merge at random, and return the records that stay with all that they stand for."""
    numbers = Subscriber.objects.order_by("pk").values_list("pk", flat=True)
    clusters = {pk: {pk} for pk in numbers}
    for _ in range(chance.randint(1, len(clusters) - 1)):
        kept, merged = chance.sample(sorted(clusters), 2)
        merge(kept, merged, by="sam")
        clusters[kept] |= clusters.pop(merged)
        if chance.random() < 0.5:
            _send(campaign, clusters, had=had)
    return clusters


def _send(campaign: Campaign, clusters: dict[int, set[int]], *, had: set[int]) -> None:
    """Send what waits. Whoever had the campaign by any of their records gets no other copy."""
    people = Subscriber.objects.in_bulk()
    before = mails_to(*people.values())
    send_all(campaign)
    new = mails_to(*people.values()) - before
    for cluster in clusters.values():
        sent = [pk for pk in cluster if new[people[pk].email]]
        assert sum(new[people[pk].email] for pk in sent) <= (not cluster & had)
        had.update(sent)


def _holds(clusters: dict[int, set[int]], *, left: set[int]) -> None:
    for kept, cluster in clusters.items():
        follows = Subscription.objects.filter(
            subscriber__in=cluster, status=SubscriptionStatus.CONFIRMED
        )
        assert not follows.exclude(subscriber=kept).exists()
        if len(cluster) > 1 and cluster & left:
            assert not follows.exists(), "what one record left is left"
    assert not Delivery.objects.filter(status=PLANNED).exclude(subscriber__in=clusters).exists()
    assert not ConsentRecord.objects.filter(signature="").exists()
