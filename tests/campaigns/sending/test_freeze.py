"""Between launch and start: a campaign that may not be sent any more goes back to draft.

One that only failed for a moment stays scheduled.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from campaigns.back_to_draft import NEXT
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, Delivery, Event
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import NOT_AS_IT_IS_NOW, approve
from campaigns.sending.freeze import FAILED, start_due
from campaigns.sending.launch import launch
from campaigns.states import CampaignStatus
from newsletter.core.db.clock import database_now
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.states import ArchiveAccess
from tests.campaigns.conftest import MakeFollowers
from tests.locks import until_somebody_waits

pytestmark = pytest.mark.services


@pytest.fixture
def scheduled(draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(5)
    approve(draft, by="Sam")
    return launch(draft)


def begin(campaign: Campaign, *, after: timedelta = timedelta(minutes=1)) -> tuple[int, Campaign]:
    started = start_due(now=timezone.now() + after)
    campaign.refresh_from_db()
    return started, campaign


def approve_again(campaign: Campaign) -> None:
    """Make the approval one of what is there now, whatever preflight says of it."""
    campaign.reviews.update(fingerprint=fingerprint(Campaign.objects.get(pk=campaign.pk)))


def test_a_brand_that_lost_its_postal_address_since_launch_stops_the_start(
    scheduled: Campaign,
) -> None:
    Brand.objects.update(postal_address="")

    started, campaign = begin(scheduled)

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert "postal address" in campaign.pause_reason
    assert Delivery.objects.count() == 0


def test_an_event_that_is_over_is_announced_to_nobody(scheduled: Campaign) -> None:
    started, campaign = begin(scheduled, after=timedelta(days=30))

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert campaign.pause_reason == (
        f"Sending could not start. The event is over. Choose another event in Details. {NEXT}"
    )


def test_more_reasons_than_fit_stop_the_start_as_well(scheduled: Campaign) -> None:
    Brand.objects.update(postal_address="", sender_email="")
    Event.objects.update(status="cancelled")
    approve_again(scheduled)

    started, campaign = begin(scheduled, after=timedelta(days=30))

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert campaign.pause_reason.startswith("Sending could not start. There is no sender address.")
    assert campaign.pause_reason.endswith(NEXT)
    assert len(campaign.pause_reason) == 300


def test_an_error_that_tells_staff_nothing_is_left_to_the_log(
    scheduled: Campaign, settings: Settings
) -> None:
    settings.SITE_URL = "ftp://example.org"

    started, campaign = begin(scheduled)

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert campaign.pause_reason == f"{FAILED} {NEXT}"


def test_what_was_changed_behind_the_launch_does_not_leave(scheduled: Campaign) -> None:
    scheduled.contents.update(subject="Something else")

    started, campaign = begin(scheduled)

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert NOT_AS_IT_IS_NOW in campaign.pause_reason


@pytest.mark.parametrize(
    "change",
    [
        lambda: Brand.objects.update(sender_email="another@example.org"),
        lambda: Campaign.objects.update(archive_access=ArchiveAccess.NONE),
        lambda: Topic.objects.update(is_public=False),
    ],
)
def test_neither_does_another_sender_nor_another_choice_for_the_archive(
    scheduled: Campaign, change: Callable[[], int]
) -> None:
    change()

    started, campaign = begin(scheduled)

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("failure", [SoftTimeLimitExceeded, MemoryError])
def test_a_host_that_has_too_much_to_do_takes_no_launch_back(
    scheduled: Campaign, failure: type[Exception]
) -> None:
    def fail(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith("INSERT") and Delivery._meta.db_table in sql:
            raise failure
        return execute(sql, *arguments)

    with connection.execute_wrapper(fail):
        started, campaign = begin(scheduled)

    assert (started, campaign.status, campaign.pause_reason) == (0, CampaignStatus.SCHEDULED, "")
    assert begin(scheduled)[0] == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without counting")
def test_the_database_knows_how_many_deliveries_there_are_once_they_are_committed(
    scheduled: Campaign, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        begin(scheduled)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Delivery._meta.db_table]
        )
        assert cursor.fetchone() == (5,)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)
def test_an_erasure_while_the_audience_is_frozen_takes_no_launch_back(
    transactional_db: None, scheduled: Campaign
) -> None:
    """The erased row is still seen by the freeze, and is gone when it commits."""
    reader = Subscriber.objects.order_by("pk").first()
    assert reader is not None
    locked, erasing = (
        threading.Event(),
        threading.Thread(target=lambda: _erase_slowly(reader.pk, locked)),
    )
    erasing.start()
    locked.wait(10)

    started, campaign = begin(scheduled)
    erasing.join()

    assert (started, campaign.status) == (0, CampaignStatus.SCHEDULED)
    assert Delivery.objects.count() == 0
    started, campaign = begin(scheduled)
    assert (started, campaign.status) == (1, CampaignStatus.SENDING)
    assert totals(campaign) == recount(campaign)
    assert totals(campaign).planned == 4


def _erase_slowly(subscriber_id: int, locked: threading.Event) -> None:
    """Erase, and commit once the freeze waits for it."""
    try:
        with transaction.atomic():
            erase(subscriber_id)
            locked.set()
            until_somebody_waits()
    finally:
        connection.close()


def test_whoever_has_paused_is_not_among_the_recipients_and_is_counted(
    scheduled: Campaign,
) -> None:
    first, second, *_ = Subscriber.objects.order_by("pk")
    now = database_now()
    for person, hours in ((first, 1), (second, -1)):
        Subscriber.objects.filter(pk=person.pk).update(paused_until=now + timedelta(hours=hours))

    started, campaign = begin(scheduled)

    assert started == 1
    assert not Delivery.objects.filter(subscriber=first).exists()
    assert Delivery.objects.filter(subscriber=second).exists()
    assert (campaign.candidates, campaign.left_out) == (4, {"paused": 1})
    assert totals(campaign) == recount(campaign)


def test_a_campaign_for_people_who_have_all_paused_is_not_started(scheduled: Campaign) -> None:
    Subscriber.objects.update(paused_until=database_now() + timedelta(hours=1))

    started, campaign = begin(scheduled)

    assert (started, campaign.status) == (0, CampaignStatus.DRAFT)
    assert "Nobody would get this email." in campaign.pause_reason
