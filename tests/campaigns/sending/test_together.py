"""Several workers and clocks at once, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.launch import CannotLaunch, launch_now
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import InboxMessage
from newsletter.transport.connections.transmit import close_all
from tests.campaigns.conftest import MakeFollowers

WORKERS = 4


def together(*verbs: Callable[[], object]) -> list[object]:
    """Run each of `verbs` in a thread of its own, at once; what each returned or raised."""

    def run(verb: Callable[[], object]) -> object:
        try:
            return verb()
        except CannotLaunch as refusal:
            return refusal
        finally:
            close_all()
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return [future.result() for future in [pool.submit(run, verb) for verb in verbs]]


@pytest.fixture
def approved(transactional_db: None, draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(60)
    approve(draft, by="Sam")
    return draft


def test_several_workers_write_to_each_recipient_once(approved: Campaign) -> None:
    launched = launch_now(approved)

    together(*[lambda: send_batch(launched.pk)] * WORKERS)
    together(*[advance_campaigns] * 2)

    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == launched.candidates == 60
    launched.refresh_from_db()
    assert launched.status == CampaignStatus.SENT
    assert totals(launched) == recount(launched)
    assert totals(launched).accepted == 60


def test_of_two_launches_at_once_one_wins(approved: Campaign) -> None:
    answers = together(*[lambda: launch_now(approved)] * WORKERS)

    assert sum(isinstance(answer, Campaign) for answer in answers) == 1
    assert Delivery.objects.count() == 60


def test_after_a_cancellation_nothing_more_is_claimed(approved: Campaign) -> None:
    launched = launch_now(approved)

    together(
        lambda: send_batch(launched.pk),
        lambda: cancel(launched.pk),
        lambda: send_batch(launched.pk),
    )

    counted = recount(launched)
    assert counted.adds_up
    assert counted == totals(launched)
    assert counted.planned == counted.claimed == 0
    assert InboxMessage.objects.count() == counted.accepted == 60 - counted.skipped
    assert (
        Delivery.objects.filter(status=DeliveryStatus.SKIPPED).exclude(reason="cancelled").count()
        == 0
    )
