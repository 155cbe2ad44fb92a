"""A database restored from the middle of a campaign sends, starts and launches nothing.

It says so.
"""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_details
from campaigns.events.schedule import cancel_event
from campaigns.management.watch import watch
from campaigns.models import Campaign, Delivery, Event
from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Level
from campaigns.review.approval import return_to_draft
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.freeze import start_due
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause, undo
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus
from newsletter.epoch.hold import held
from newsletter.models import Brand, Epoch
from subscribers.consent.unsubscribe import Departure, unsubscribe
from subscribers.models import Subscription, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus

pytestmark = pytest.mark.django_db(transaction=True)


def claim_one(campaign: Campaign) -> None:
    with transaction.atomic():
        assert len(claim(campaign.pk, size=1).deliveries) == 1


def restored(campaign: Campaign) -> None:
    """As it was before its last claim."""
    Epoch.objects.order_by("-pk")[0].delete()
    Delivery.objects.filter(campaign=campaign, status="claimed").update(
        status="planned", claim_token=None, lease_until=None, attempt=0
    )


def test_whoever_watches_in_a_terminal_reads_that_sending_is_held(sending: Campaign) -> None:
    claim_one(sending)
    restored(sending)
    out = StringIO()
    watch(sending.pk, out, sleep=lambda _: Campaign.objects.update(status="sent"))
    first = out.getvalue().splitlines()[0]
    assert first.startswith(f"Sending: {held()}; 0 of 5 done")


def test_nothing_is_claimed_from_a_restored_database(sending: Campaign) -> None:
    claim_one(sending)
    restored(sending)

    progress = send_batch(sending.pk)
    advance_campaigns()

    assert not progress.more
    assert set(Delivery.objects.values_list("status", "attempt")) == {("planned", 0)}


def test_nothing_is_claimed_on_a_new_machine(sending: Campaign, settings: Settings) -> None:
    """A campaign that was launched, and of which this machine knows nothing."""
    (settings.VAR_DIR / "epoch.json").unlink()
    settings.REDIS_URL = ""

    progress = send_batch(sending.pk, after=7)

    # Another host may know the database.
    assert (progress.more, progress.last_id) == (True, 7)
    assert set(Delivery.objects.values_list("status", "attempt")) == {("planned", 0)}


def test_what_was_scheduled_is_not_started_and_nothing_is_launched(
    draft: Campaign, sending: Campaign
) -> None:
    claim_one(sending)
    Campaign.objects.filter(pk=sending.pk).update(
        status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now() - timedelta(hours=1)
    )
    restored(sending)

    assert start_due() == 0
    assert Campaign.objects.get(pk=sending.pk).status == CampaignStatus.SCHEDULED
    Campaign.objects.filter(pk=sending.pk).update(status=CampaignStatus.APPROVED)
    for attempt in (launch, launch_now):
        with pytest.raises(CannotLaunch, match="older"):
            attempt(sending)


def test_whoever_resumes_is_told_why_nothing_leaves(
    sending: Campaign, sam: User, client: Client
) -> None:
    claim_one(sending)
    Campaign.objects.update(status=CampaignStatus.PAUSED)
    restored(sending)
    client.force_login(sam)

    page = client.post(
        f"/staff/campaigns/campaign/{sending.pk}/progress/control/", {"act": "resume"}, follow=True
    )

    assert "Sending has stopped: this database is older" in page.content.decode()


def test_people_leave_a_restored_database_as_any_other(sending: Campaign) -> None:
    claim_one(sending)
    restored(sending)
    subscription = Subscription.objects.all()[0]

    assert unsubscribe(subscription.pk, method=ConsentMethod.ONE_CLICK) is Departure.LEFT

    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.UNSUBSCRIBED


def test_an_opt_out_since_the_backup_is_enough_to_hold_it(sending: Campaign) -> None:
    claim_one(sending)
    unsubscribe(Subscription.objects.all()[0].pk, method=ConsentMethod.ONE_CLICK)
    Epoch.objects.order_by("-pk")[0].delete()

    assert claim(sending.pk, size=9).found_nothing


def edit(campaign_id: int) -> bool:
    save_details(
        Campaign.objects.get(pk=campaign_id),
        topic=Topic.objects.create(slug="others", name="Others"),
    )
    return Campaign.objects.get(pk=campaign_id).status == CampaignStatus.DRAFT


def returned(campaign_id: int) -> bool:
    return bool(return_to_draft(Campaign.objects.get(pk=campaign_id), by="Sam"))


def event_cancelled(campaign_id: int) -> bool:
    cancel_event(Event.objects.get())
    return Campaign.objects.get(pk=campaign_id).status == CampaignStatus.DRAFT


def start_refused(campaign_id: int) -> bool:
    Brand.objects.update(postal_address="")
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(minutes=1))
    assert start_due() == 0
    return Campaign.objects.get(pk=campaign_id).status == CampaignStatus.DRAFT


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("stop", "before"),
    [
        (pause, CampaignStatus.SENDING),
        (cancel, CampaignStatus.SENDING),
        (cancel, CampaignStatus.SCHEDULED),
        (undo, CampaignStatus.SCHEDULED),
        (edit, CampaignStatus.SCHEDULED),
        (returned, CampaignStatus.SCHEDULED),
        (event_cancelled, CampaignStatus.SCHEDULED),
        (start_refused, CampaignStatus.SCHEDULED),
    ],
)
def test_that_somebody_has_stopped_it_since_the_backup_is_enough_to_hold_it(
    sending: Campaign, stop: Callable[[int], bool], before: CampaignStatus
) -> None:
    """The restored database would send what was stopped."""
    claim_one(sending)
    Campaign.objects.update(status=before)
    steps = Epoch.objects.count()
    assert stop(sending.pk)

    Epoch.objects.exclude(
        pk__in=list(Epoch.objects.order_by("pk").values_list("pk", flat=True)[:steps])
    ).delete()
    Campaign.objects.update(status=before, scheduled_at=timezone.now() - timedelta(hours=1))
    Delivery.objects.update(status="planned", claim_token=None, lease_until=None)

    assert start_due() == 0
    assert claim(sending.pk, size=9).found_nothing
    assert held()


def test_doctor_and_every_staff_page_say_that_nothing_is_sent(
    sending: Campaign, sam: User, client: Client
) -> None:
    claim_one(sending)
    remembered, kept = Epoch.objects.order_by("-pk")[:2]
    client.force_login(sam)
    pages = [
        "/staff/",
        f"/staff/campaigns/campaign/{sending.pk}/progress/",
        "/staff/subscribers/topic/",
    ]
    for page in pages:
        assert b"st-hold" not in client.get(page).content, page
    restored(sending)

    for page in pages:
        said = client.get(page, follow=True).content.decode()
        assert "No email is being sent" in said, page
        for step in (remembered, kept):
            assert f"{step.at:%H:%M:%S} UTC" in said, page
    [found] = [finding for finding in diagnose() if finding.check == "restored"]
    assert found.level is Level.MEND
    assert "after_restore" in found.message
