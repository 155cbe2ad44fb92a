from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_content
from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.review.approval import approve
from campaigns.sending.freeze import start, start_due
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.states import CampaignStatus
from newsletter.core.languages import lookup_language
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


def test_each_reader_gets_their_language_where_there_is_one(
    draft: Campaign, make_subscriber: MakeSubscriber
) -> None:
    english = draft.contents.get()
    CampaignContent.objects.create(
        campaign=draft, language="es", subject="Le invitamos", blocks=english.blocks
    )
    make_subscriber("es@example.com", topic=draft.topic, language="es")
    make_subscriber("hu@example.com", topic=draft.topic, language="hu")
    make_subscriber("mx@example.com", topic=draft.topic, language="ES-mx")
    approve(draft, by="Sam")
    launch_now(draft)

    chosen = {
        row.subscriber.email: row.language
        for row in Delivery.objects.select_related("subscriber")
        if row.subscriber
    }
    assert chosen == {"es@example.com": "es", "hu@example.com": "en", "mx@example.com": "es"}


def test_each_reader_gets_the_nearest_broader_language(
    draft: Campaign, make_subscriber: MakeSubscriber
) -> None:
    """The page that asks before a language is removed tells it by `lookup_language`."""
    blocks = draft.contents.get().blocks
    for language in ("es", "es-419", "en-gb"):
        CampaignContent.objects.create(
            campaign=draft, language=language, subject="!", blocks=blocks
        )
    written = set(draft.contents.values_list("language", flat=True))
    tags = ["en", "en-gb", "en-us", "es", "es-mx", "es-419", "es-419-mx", "est", "fr"]
    for tag in tags:
        make_subscriber(f"{tag}@example.com", topic=draft.topic, language=tag)
    approve(draft, by="Sam")
    launch_now(draft)

    chosen = dict(Delivery.objects.values_list("subscriber__language", "language"))
    assert chosen == {tag: lookup_language(tag, written) or "en" for tag in tags}


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

    with pytest.raises(CannotLaunch, match="changed after it was approved"):
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
