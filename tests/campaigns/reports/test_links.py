"""Openings of links are told for all together: once a day, rounded, and not of few."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, CountedLink, Delivery
from campaigns.reports.links import opened_links, tell_links
from campaigns.states import DeliveryStatus
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.services

URLS = {"https://a.example/": 4, "https://b.example/": 39, "https://c.example/": 5}
TOLD = [
    ("https://b.example/", 35, 10),
    ("https://c.example/", 5, 10),
    ("https://a.example/", 0, 10),
]


@pytest.fixture
def quiet(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """One that reached twenty people, the last of them two days ago."""
    Delivery.objects.bulk_create(
        Delivery(campaign=draft, subscriber=each, language="en", status=DeliveryStatus.DELIVERED)
        for each in followers(20)
    )
    draft.counts_links = True
    draft.last_claim_at = timezone.now() - timedelta(days=2)
    draft.save()
    for number, (url, opened) in enumerate(URLS.items()):
        link(draft, url, number, opened=opened, by_programs=11)
    return draft


def link(campaign: Campaign, url: str, number: int, **more: int) -> CountedLink:
    return CountedLink.objects.create(
        campaign=campaign, token=str(number) * 22, url=url, languages=["en"], **more
    )


def after(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_numbers_are_rounded_down_to_fives(quiet: Campaign) -> None:
    assert opened_links(quiet) == []
    assert tell_links() == 3
    assert opened_links(quiet) == TOLD


def test_what_is_opened_later_is_told_a_day_later(quiet: Campaign) -> None:
    tell_links()
    CountedLink.objects.update(opened=1_000)
    assert tell_links(now=after(0.9)) == 0
    assert opened_links(quiet) == TOLD
    assert tell_links(now=after(1)) == 3
    assert {line.opened for line in opened_links(quiet)} == {1_000}


def test_no_opening_tells_when_it_was(quiet: Campaign) -> None:
    """Days without any are told of, too: the clock doesn't wait for one."""
    tell_links()
    tell_links(now=after(9))
    CountedLink.objects.update(opened=1_000)
    assert tell_links(now=after(9.5)) == 0
    assert opened_links(quiet) == TOLD


def test_somebody_who_is_reached_alone_waits_for_a_day_of_all_others(quiet: Campaign) -> None:
    tell_links()
    Campaign.objects.update(last_claim_at=after(1.5))
    CountedLink.objects.update(opened=1_000)
    assert tell_links(now=after(2)) == 0
    assert opened_links(quiet) == TOLD


@pytest.mark.parametrize(
    "change",
    [
        {"status": DeliveryStatus.BOUNCED},
        {"language": "fr"},
        {"subscriber": None},
    ],
)
def test_a_link_that_few_people_got_is_not_told_of(
    quiet: Campaign, change: dict[str, object]
) -> None:
    one = Delivery.objects.filter(campaign=quiet)[0]
    Delivery.objects.filter(pk=one.pk).update(**change)
    assert tell_links() == 0
    assert opened_links(quiet) == []


def test_people_in_discreet_mode_got_none(quiet: Campaign) -> None:
    one = Subscriber.objects.filter(deliveries__campaign=quiet)[0]
    Subscriber.objects.filter(pk=one.pk).update(discreet_since=timezone.now())
    assert tell_links() == 0


def test_a_link_of_one_language_is_told_of_by_its_readers(quiet: Campaign) -> None:
    CountedLink.objects.filter(url="https://b.example/").update(languages=["ar"])
    CountedLink.objects.filter(url="https://c.example/").update(languages=["ar", "en"])
    assert tell_links() == 2
    assert opened_links(quiet) == [TOLD[1], TOLD[2]]
