"""The demo's sent campaign, which passes through the ledger without sending any email."""

from collections import Counter
from datetime import datetime, timedelta

from campaigns.demo.minutes import count_by_minute
from campaigns.demo.people import Person, Standing
from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.sending.finish import finish_done
from campaigns.sending.guard import count_facts
from campaigns.sending.launch import launch_now
from campaigns.states import DeliveryStatus, Fact
from newsletter.states import BounceClass
from newsletter.transport.results.result import Outcome, Result
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.evidence.write import sign
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress

DAYS_AGO = 24
FRIDAY = 4
MAILER = "demo"
BETWEEN = timedelta(seconds=4)
"""The time from one email to the next."""
HEARD_AFTER = timedelta(seconds=90)
"""The time from an email to the provider's report about it."""
SUPPRESSED_FOR = {
    Standing.HARD_BOUNCE: SuppressionReason.HARD_BOUNCE,
    Standing.COMPLAINT: SuppressionReason.COMPLAINT,
    Standing.UNSUBSCRIBED_ALL: SuppressionReason.UNSUBSCRIBED_ALL,
}


def simulate_sending(campaign: Campaign, cast: dict[str, Person], *, now: datetime) -> None:
    """Take an approved campaign through all its states, as if it had been sent some weeks ago.

    This must run in one transaction, so that no worker ever sees a delivery that it could send.

    Args:
        campaign: an approved campaign.
        cast: the people by the digest of their address.
        now: the present.
    """
    launch_now(campaign)
    first_to_leave = next(
        person for person in cast.values() if person.standing is Standing.UNSUBSCRIBED
    )
    sent_at = working_hour(now - timedelta(days=DAYS_AGO))
    # This person leaves after the launch and before the claim, so their delivery is skipped.
    _leave([first_to_leave], cast, when=sent_at)
    while (claimed := claim(campaign.pk, size=100)) and not claimed.found_nothing:
        settle(claimed, _accepted(claimed))
    _hear_from_providers(campaign, cast, sent_at=sent_at)
    finish_done()
    _leave(
        [person for person in cast.values() if person.standing is Standing.UNSUBSCRIBED],
        cast,
        when=sent_at + timedelta(hours=5),
    )
    _leave(
        [person for person in cast.values() if person.standing is Standing.UNSUBSCRIBED_ALL],
        cast,
        when=sent_at + timedelta(hours=9),
    )
    _suppress(cast, when=sent_at + timedelta(minutes=15))
    _date_back(campaign, sent_at=sent_at)
    count_by_minute(campaign)


def simulate_past(campaign: Campaign, *, sent_at: datetime, refused: int = 0) -> None:
    """Take an approved campaign through all its states, as if nearly all had been delivered.

    This must run in one transaction, as `simulate_sending`, and before it, since those who leave
    and bounce there were still subscribed. The rows are written anew, all at once.

    Args:
        refused: how many emails their providers refused.
    """
    launch_now(campaign)
    rows = Delivery.objects.filter(campaign=campaign)
    deliveries = list(rows.order_by("pk"))
    for place, each in enumerate(deliveries):
        each.status, each.attempt, each.mailer = DeliveryStatus.DELIVERED, 1, MAILER
        each.settled_at = sent_at + place * BETWEEN
        each.delivered_at = each.settled_at + HEARD_AFTER
        # One in forty: neighbours in the list have other providers.
        if place % 40 == 7 and place // 40 < refused:
            each.status, each.bounce_class = DeliveryStatus.BOUNCED, BounceClass.BLOCK
            each.reason, each.delivered_at = "5.7.1 message refused by policy", None
            each.bounced_at = each.settled_at + HEARD_AFTER
    rows.delete()
    Delivery.objects.bulk_create(deliveries)
    numbers = Counter(each.status for each in deliveries)
    DeliveryTally.objects.filter(campaign=campaign).delete()
    DeliveryTally.objects.bulk_create(
        DeliveryTally(campaign=campaign, status=status, number=number)
        for status, number in numbers.items()
    )
    count_facts(campaign.pk, {Fact.BLOCKED: numbers[DeliveryStatus.BOUNCED]})
    finish_done()
    _date_back_campaign(campaign, sent_at=sent_at, deliveries=len(deliveries))
    count_by_minute(campaign)


def leave_topic(left: list[Subscription], campaign: Campaign, *, when: datetime) -> None:
    """Let people leave a topic by the link of a campaign's email, at some time."""
    for subscription in left:
        unsubscribe(subscription.pk, method=ConsentMethod.DEMO)
    people = [subscription.subscriber_id for subscription in left]
    _date_opt_outs(left, when=when)
    Delivery.objects.filter(campaign=campaign, subscriber__in=people).update(unsubscribed_at=when)


def working_hour(moment: datetime) -> datetime:
    """Return mid-morning (UTC) of a moment's day, or of the Friday before a weekend."""
    day = moment - timedelta(days=max(0, moment.weekday() - FRIDAY))
    return day.replace(hour=10, minute=5, second=0, microsecond=0)


def _accepted(claimed: Claim) -> dict[int, Result]:
    return {delivery.pk: Result(Outcome.ACCEPTED, mailer=MAILER) for delivery in claimed.deliveries}


def _hear_from_providers(campaign: Campaign, cast: dict[str, Person], *, sent_at: datetime) -> None:
    """Mark deliveries as providers would report them.

    Most are delivered. Some bounce because the mailbox is gone, two because it is full, and of some
    nothing is reported.
    """
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.ACCEPTED)
    standings = {pk: cast[digest] for pk, digest in rows.values_list("pk", "subscriber__digest")}
    gone = [pk for pk, person in standings.items() if person.standing is Standing.HARD_BOUNCE]
    complained = [pk for pk, person in standings.items() if person.standing is Standing.COMPLAINT]
    usual = [pk for pk, person in standings.items() if person.standing is Standing.CONFIRMED]
    full, silent = usual[10:12], usual[20:26]
    heard = sent_at + timedelta(minutes=2)
    with ledger_of(campaign.pk) as ledger:
        bounced, source = DeliveryStatus.BOUNCED, DeliveryStatus.ACCEPTED
        ledger.transition(
            rows.filter(pk__in=gone),
            source,
            bounced,
            bounce_class=BounceClass.HARD,
            reason="5.1.1 mailbox unknown",
            bounced_at=heard,
        )
        ledger.transition(
            rows.filter(pk__in=full),
            source,
            bounced,
            bounce_class=BounceClass.SOFT,
            reason="4.2.2 mailbox full",
            bounced_at=heard,
        )
        ledger.transition(
            rows.exclude(pk__in=silent), source, DeliveryStatus.DELIVERED, delivered_at=heard
        )
    Delivery.objects.filter(pk__in=complained).update(complained_at=heard + timedelta(hours=1))
    count_facts(campaign.pk, {Fact.COMPLAINED: len(complained), Fact.HARD_BOUNCE: len(gone)})


def _leave(leaving: list[Person], cast: dict[str, Person], *, when: datetime) -> None:
    digests = [digest for digest, person in cast.items() if person in leaving]
    followed = Subscription.objects.filter(
        subscriber__digest__in=digests, status=SubscriptionStatus.CONFIRMED
    )
    left = list(followed)
    for subscription in left:
        unsubscribe(subscription.pk, method=ConsentMethod.DEMO)
    _date_opt_outs(left, when=when)
    Delivery.objects.filter(subscriber__digest__in=digests, status=DeliveryStatus.DELIVERED).update(
        unsubscribed_at=when
    )


def _date_opt_outs(left: list[Subscription], *, when: datetime) -> None:
    """Date subscriptions that were just left, and the records of it."""
    Subscription.objects.filter(pk__in=[each.pk for each in left]).update(changed_at=when)
    people = [each.subscriber_id for each in left]
    digests = Subscriber.objects.filter(pk__in=people).values("digest")
    records = ConsentRecord.objects.filter(
        digest__in=digests,
        topic__in={each.topic_id for each in left},
        action=ConsentAction.UNSUBSCRIBED,
        seal=None,
    )
    for record in records:
        record.given_at = record.recorded_at = when
        sign(record)
        record.save(update_fields=["given_at", "recorded_at", "salt", "key_id", "signature"])


def _suppress(cast: dict[str, Person], *, when: datetime) -> None:
    for digest, person in cast.items():
        reason = SUPPRESSED_FOR.get(person.standing)
        if reason is not None:
            row = suppress(digest, reason=reason, note="Demo data.")
            Suppression.objects.filter(pk=row.pk).update(created_at=when)


def _date_back(campaign: Campaign, *, sent_at: datetime) -> None:
    """Replace the present, which the functions above have written, by the dates of the story."""
    rows = Delivery.objects.filter(campaign=campaign)
    deliveries = list(rows.order_by("pk"))
    for place, each in enumerate(deliveries):
        each.settled_at = sent_at + place * BETWEEN
        heard = each.settled_at + HEARD_AFTER
        each.delivered_at = each.delivered_at and heard
        each.bounced_at = each.bounced_at and heard
    rows.bulk_update(deliveries, ["settled_at", "delivered_at", "bounced_at"])
    _date_back_campaign(campaign, sent_at=sent_at, deliveries=len(deliveries))


def _date_back_campaign(campaign: Campaign, *, sent_at: datetime, deliveries: int) -> None:
    campaign.contents.update(rendered_at=sent_at)
    campaign.reviews.update(decided_at=sent_at - timedelta(hours=2))
    Campaign.objects.filter(pk=campaign.pk).update(
        created_at=sent_at - timedelta(days=2),
        updated_at=sent_at,
        scheduled_at=sent_at,
        launched_at=sent_at,
        last_claim_at=sent_at,
        finished_at=sent_at + deliveries * BETWEEN,
    )
    campaign.refresh_from_db()
