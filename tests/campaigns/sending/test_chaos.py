"""Everything at once: workers, clocks, and people who pause, erase, leave and decide.

The sums hold and nobody gets two.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause, resume
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import OPEN, CampaignStatus, DeliveryStatus
from newsletter.models import InboxMessage
from newsletter.transport.connections.transmit import close_all
from subscribers.consent.unsubscribe import unsubscribe, unsubscribe_all
from subscribers.models import Subscriber, Subscription
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod
from tests.campaigns.conftest import MakeFollowers

READERS = 120
pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)


@pytest.mark.parametrize("ends_by", ["sent", "cancelled"])
def test_the_ledger_holds_whatever_people_do(
    transactional_db: None,
    draft: Campaign,
    followers: MakeFollowers,
    settings: Settings,
    ends_by: str,
) -> None:
    settings.SEND_BATCH_SIZE = 4
    people = [person.pk for person in followers(READERS)]
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    dice = random.Random(7)
    erased, left, gone = dice.sample(people, 15), dice.sample(people, 15), dice.sample(people, 10)
    subscriptions = dict(Subscription.objects.values_list("subscriber_id", "pk"))
    over = threading.Event()

    def often(verb: Callable[[], object]) -> None:
        while not over.is_set():
            verb()
            time.sleep(0.005)

    def decide() -> None:
        # The claims that were dropped below are the only ones in doubt, and surely not sent.
        with suppress(NotResolvable):  # once it is cancelled
            resolve_uncertain(campaign.pk, to=DeliveryStatus.PLANNED, by="Sam")

    def drop_a_claim() -> None:
        claimed = claim(campaign.pk, size=2)
        # As after the death of the worker: the lease runs out before anything was sent.
        Delivery.objects.filter(claim_token=claimed.token).update(lease_until=campaign.launched_at)

    verbs: list[Callable[[], None]] = [
        partial(often, partial(_look, campaign)),
        *[partial(often, partial(send_batch, campaign.pk, seconds=0.05))] * 3,
        *[partial(often, advance_campaigns)] * 2,
        partial(often, decide),
        partial(_each, [drop_a_claim] * 6),
        partial(_each, [partial(pause, campaign.pk), partial(resume, campaign.pk)] * 8),
        partial(_each, [partial(erase, pk) for pk in erased]),
        partial(
            _each,
            [
                partial(
                    unsubscribe,
                    subscriptions[pk],
                    method=ConsentMethod.ONE_CLICK,
                    campaign_id=campaign.pk,
                )
                for pk in left
            ],
        ),
        partial(
            _each, [partial(unsubscribe_all, pk, method=ConsentMethod.PREFERENCES) for pk in gone]
        ),
    ]
    failures: list[BaseException] = []
    threads = [threading.Thread(target=_safely, args=(verb, failures)) for verb in verbs]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60
    if ends_by == "cancelled":
        # In the middle, and not when all who leave have left: on a busy machine all is sent by
        # then.
        _wait_for_mail(end)
        assert cancel(campaign.pk)
    for thread in threads[7:]:
        thread.join(60)
    while (
        Delivery.objects.filter(
            status__in=[*OPEN, *([] if ends_by == "cancelled" else ["uncertain"])]
        ).exists()
        and time.monotonic() < end
    ):
        resume(campaign.pk)
        time.sleep(0.02)
    over.set()
    for thread in threads:
        thread.join(60)
    advance_campaigns()

    assert failures == []
    campaign.refresh_from_db()
    counted = recount(campaign)
    assert counted == totals(campaign)
    assert counted.adds_up
    assert counted.planned == counted.claimed == 0
    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == counted.accepted
    assert campaign.status == (
        CampaignStatus.CANCELLED if ends_by == "cancelled" else CampaignStatus.SENT
    )
    assert Subscriber.objects.count() == READERS - len(erased)


def _look(campaign: Campaign) -> None:
    """See what a page would show."""
    seen = totals(campaign)
    assert seen.adds_up, seen


def _wait_for_mail(end: float) -> None:
    while not InboxMessage.objects.exists() and time.monotonic() < end:
        time.sleep(0.005)


def _each(verbs: list[Callable[[], object]]) -> None:
    for verb in verbs:
        verb()
        time.sleep(0.01)


def _safely(verb: Callable[[], None], failures: list[BaseException]) -> None:
    try:
        verb()
    except Exception as error:  # noqa: BLE001 - a thread can't fail a test by itself
        failures.append(error)
    finally:
        close_all()
        connection.close()
