from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.edit_content import save_content
from campaigns.models import Campaign, Delivery, Event
from campaigns.review.approval import approve
from campaigns.sending.freeze import start, start_due
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.states import CampaignStatus
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers
from tests.conftest import MakeSubscriber


def test_only_confirmed_followers_who_may_be_written_to_are_frozen(
    draft: Campaign, ada: Subscriber, ben: Subscriber, cleo: Subscriber, dora: Subscriber
) -> None:
    approve(draft, by="Sam")

    launched = launch_now(draft)

    assert [delivery.subscriber for delivery in Delivery.objects.all()] == [ada]
    assert launched.status == CampaignStatus.SENDING
    assert launched.candidates == 1
    assert launched.left_out == {"suppressed": 1, "unconfirmed": 1, "unsubscribed": 1}


def test_the_audience_is_frozen_at_the_start_not_before(
    draft: Campaign, followers: MakeFollowers, make_subscriber: MakeSubscriber
) -> None:
    followers(2)
    approve(draft, by="Sam")
    launch(draft)
    make_subscriber("late@example.com", topic=draft.topic)

    assert start_due(now=timezone.now() + timedelta(minutes=1)) == 1

    make_subscriber("too-late@example.com", topic=draft.topic)
    assert Delivery.objects.count() == 3


def test_recipients_of_one_domain_do_not_come_in_one_block(sending: Campaign) -> None:
    domains = [
        delivery.subscriber.domain
        for delivery in Delivery.objects.order_by("id")
        if delivery.subscriber
    ]
    assert domains == [
        "mail0.example",
        "mail1.example",
        "mail2.example",
        "mail0.example",
        "mail1.example",
    ]


def test_nothing_starts_before_the_undo_window_has_passed(
    draft: Campaign, ada: Subscriber, settings: Settings
) -> None:
    approve(draft, by="Sam")
    launched = launch(draft)

    assert launched.status == CampaignStatus.SCHEDULED
    assert not start(draft.pk)
    assert start_due() == 0
    assert launched.scheduled_at is not None
    assert start_due(now=launched.scheduled_at) == 1


def test_a_campaign_is_started_once_however_many_clocks_there_are(sending: Campaign) -> None:
    assert not start(sending.pk)
    assert Delivery.objects.count() == 5


def test_a_second_launch_is_refused(sending: Campaign) -> None:
    with pytest.raises(CannotLaunch, match="This one is sending"):
        launch_now(sending)


def test_a_draft_is_not_launched(draft: Campaign, ada: Subscriber) -> None:
    with pytest.raises(CannotLaunch, match="Only an approved campaign"):
        launch(draft)


def test_what_was_changed_behind_the_approval_is_not_launched(
    draft: Campaign, ada: Subscriber
) -> None:
    approve(draft, by="Sam")
    draft.contents.update(subject="Something else")

    with pytest.raises(CannotLaunch, match="doesn’t cover the campaign as it is now"):
        launch(draft)


def test_an_edit_takes_a_scheduled_campaign_back(draft: Campaign, ada: Subscriber) -> None:
    approve(draft, by="Sam")
    launch(draft)
    content = draft.contents.get()

    save_content(
        draft, language="en", subject="Another subject", preheader="", blocks=content.blocks
    )

    assert start_due(now=timezone.now() + timedelta(days=1)) == 0
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT


def test_nothing_leaves_without_a_postal_address(
    draft: Campaign, ada: Subscriber, brand: Brand
) -> None:
    approve(draft, by="Sam")
    Brand.objects.update(postal_address=" ")

    with pytest.raises(CannotLaunch, match="postal address"):
        launch(draft)


def test_an_empty_audience_is_not_launched(
    draft: Campaign, make_subscriber: MakeSubscriber, other_topic: Topic
) -> None:
    reader = make_subscriber("ada@example.com", topic=draft.topic)
    approve(draft, by="Sam")
    reader.subscriptions.update(status=SubscriptionStatus.UNSUBSCRIBED)

    with pytest.raises(CannotLaunch, match="Nobody would get"):
        launch_now(draft)


def test_an_event_that_will_be_over_by_then_is_no_reason_to_write(
    draft: Campaign, event: Event, followers: MakeFollowers
) -> None:
    followers(1)
    approve(draft, by="Sam")
    with pytest.raises(CannotLaunch, match="The event will be over by then"):
        launch(draft, at=event.ends_at + timedelta(minutes=1))
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.APPROVED
    assert launch(draft, at=event.ends_at - timedelta(minutes=1)).scheduled_at
