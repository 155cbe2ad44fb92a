"""Whoever is about to send the same email to the same people again is told so, and may."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Audience, Campaign, CampaignContent, Delivery, DeliveryTally
from campaigns.review import sent_before as module
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from subscribers.models import Subscriber, Topic

STARTED = datetime(2026, 12, 1, 20, 25, tzinfo=UTC)
NOW = STARTED + timedelta(minutes=4)


@pytest.fixture
def copied(sending: Campaign) -> Campaign:
    """A draft with the subject of a campaign that went to five people four minutes ago."""
    Campaign.objects.filter(pk=sending.pk).update(launched_at=STARTED, name="First")
    Delivery.objects.update(status="accepted")
    DeliveryTally.objects.update(number=0)
    DeliveryTally.objects.filter(status="accepted").update(number=5)
    campaign = Campaign.objects.create(name="Copy", topic=sending.topic, event=sending.event)
    Audience.objects.create(campaign=campaign)
    CampaignContent.objects.create(
        campaign=campaign,
        language="fr",
        subject="you are  invited, {given_name|colleague} ",
        blocks=[],
    )
    return campaign


def found(campaign: Campaign, now: datetime = NOW) -> str:
    findings = preflight(Campaign.objects.get(pk=campaign.pk), now=now)
    return " ".join(str(each) for each in findings if "with this subject" in str(each))


def test_an_email_that_went_to_the_same_people_lately_is_warned_of_and_blocks_nothing(
    copied: Campaign,
) -> None:
    assert found(copied) == (
        "audience: An email with this subject went to 5 of these people on 1 December 2026, 20:25 "
        "UTC (“First”). They would get it again."
    )
    assert not [each for each in blockers(preflight(copied, now=NOW)) if "subject" in each.message]
    assert found(copied, now=NOW + timedelta(days=6))
    assert not found(copied, now=NOW + timedelta(days=7))


def secret_topic() -> Topic:
    return Topic.objects.create(slug="s", name="Secret", is_public=False, is_restricted=True)


OF_FIRST = Campaign.objects.filter(name="First")


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "change",
    [
        lambda: CampaignContent.objects.filter(language="fr").update(subject="Another subject"),
        lambda: CampaignContent.objects.update(subject=""),
        lambda: Delivery.objects.update(status="skipped"),
        lambda: Delivery.objects.update(status="bounced"),
        lambda: Delivery.objects.update(subscriber=None),
        lambda: OF_FIRST.update(launched_at=None),
        lambda: OF_FIRST.update(topic=secret_topic()),
        lambda: Campaign.objects.filter(name="Copy").update(status="cancelled"),
        lambda: Campaign.objects.filter(name="Copy").update(earlier_version=OF_FIRST.get()),
    ],
    ids=[
        "another subject",
        "no subject yet",
        "skipped",
        "bounced",
        "erased",
        "not started",
        "a topic of which the reader may not know",
        "ended itself",
        "a new version for the rest",
    ],
)
def test_nothing_is_said_where_nobody_would_get_it_twice(
    copied: Campaign, change: Callable[[], object]
) -> None:
    change()
    assert not found(copied)


def test_people_of_another_audience_dont_count_and_small_numbers_arent_told(
    copied: Campaign,
) -> None:
    one = Subscriber.objects.order_by("pk")[0]
    Subscriber.objects.filter(pk=one.pk).update(country="SL")
    Audience.objects.filter(campaign=copied).update(countries=["SL"])
    assert "went to fewer than 5 of these people" in found(copied)
    Delivery.objects.filter(subscriber=one).delete()
    assert not found(copied)


def test_of_a_large_campaign_a_part_is_looked_at(
    copied: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKED_AT", 4)
    DeliveryTally.objects.filter(status="accepted").update(number=8_000)
    assert "went to about 8,000 of these people" in found(copied)
