"""Several workers and clocks at once, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.content.later_version import write_later_version
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Delivery, Event
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.canary import go_on_after_canaries, pause_after_canaries
from campaigns.sending.freeze import start
from campaigns.sending.launch import Canary, CannotLaunch, launch, launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause, resume, undo
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import AuditEntry, InboxMessage
from newsletter.transport.connections.transmit import close_all
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.services

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


def test_of_two_who_resume_after_a_canary_one_does_it_and_all_are_sent_to_once(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=10, minutes=1))
    together(*[lambda: send_batch(launched.pk)] * WORKERS)
    assert InboxMessage.objects.count() == 10
    assert sorted(map(bool, together(*[pause_after_canaries] * 2))) == [False, True]
    later = timezone.now() + timedelta(minutes=5)

    done = together(
        lambda: resume(launched.pk),
        lambda: resume(launched.pk),
        lambda: go_on_after_canaries(now=later),
        lambda: go_on_after_canaries(now=later),
    )
    together(*[lambda: send_batch(launched.pk)] * WORKERS)

    assert sum(map(bool, done)) == 1
    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 60


def test_a_canary_that_is_stopped_as_it_goes_on_loses_nobody(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=10, minutes=1))
    together(*[lambda: send_batch(launched.pk)] * WORKERS)
    pause_after_canaries()
    later = timezone.now() + timedelta(minutes=5)

    together(
        lambda: go_on_after_canaries(now=later),
        lambda: cancel(launched.pk),
        lambda: send_batch(launched.pk),
        lambda: pause(launched.pk),
    )

    counted = recount(launched)
    assert counted.adds_up
    assert counted == totals(launched)
    assert counted.planned == counted.claimed == 0
    assert InboxMessage.objects.count() == counted.accepted


def waiting(campaign: Campaign) -> None:
    """Have a campaign wait after its canary, to go on by itself."""
    launched = launch_now(campaign, canary=Canary(size=6, minutes=10))
    send_batch(launched.pk)
    pause_after_canaries()


def paused(campaign: Campaign) -> None:
    pause(launch_now(campaign).pk)


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("arrange", "press", "action"),
    [
        (launch, undo, "undone"),
        (launch_now, pause, "paused"),
        (waiting, pause, "paused"),
        (paused, resume, "resumed"),
        (paused, cancel, "cancelled"),
        (launch, cancel, "cancelled"),
    ],
    ids=["undo", "pause", "keep paused", "resume", "stop", "cancel schedule"],
)
def test_of_many_who_press_a_button_at_once_one_does_it_and_it_is_recorded_once(
    approved: Campaign,
    arrange: Callable[[Campaign], object],
    press: Callable[[int], bool],
    action: str,
) -> None:
    arrange(approved)
    entries = AuditEntry.objects.filter(action=f"campaign.{action}")
    before = entries.count()

    done = together(*[lambda: press(approved.pk)] * WORKERS)

    assert sorted(map(bool, done)) == [False] * (WORKERS - 1) + [True]
    assert entries.count() == before + 1


def test_a_new_version_that_many_begin_at_once_is_one_draft(approved: Campaign) -> None:
    paused(approved)
    drafts = together(*[lambda: write_later_version(approved).pk] * WORKERS)
    assert len({*drafts}) == 1
    assert Campaign.objects.filter(earlier_version=approved).count() == 1


def test_a_moved_event_and_a_start_at_once_send_nobody_the_old_hour(
    approved: Campaign, event: Event
) -> None:
    """Either it starts with the new hour, or it doesn't, or it is paused before anybody has it."""
    launch(approved, undo_window=timedelta())

    together(
        lambda: start(approved.pk, now=timezone.now() + timedelta(minutes=1)),
        lambda: change_event(event, venue="Another hall"),
    )
    send_batch(approved.pk)

    approved.refresh_from_db()
    assert approved.status in (CampaignStatus.DRAFT, CampaignStatus.PAUSED)
    assert not InboxMessage.objects.exists()
