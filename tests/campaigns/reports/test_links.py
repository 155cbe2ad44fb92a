"""Openings of links are told for all together, rounded, and not of few."""

import pytest

from campaigns.models import Campaign, CountedLink, DeliveryTally
from campaigns.reports.links import opened_links
from campaigns.states import DeliveryStatus


@pytest.fixture
def links(sending: Campaign) -> Campaign:
    for number, (url, opened) in enumerate(
        {"https://a.example/": 4, "https://b.example/": 39, "https://c.example/": 5}.items()
    ):
        CountedLink.objects.create(
            campaign=sending, token=str(number) * 22, url=url, opened=opened, by_programs=11
        )
    return sending


def arrived(campaign: Campaign, number: int) -> None:
    DeliveryTally.objects.filter(campaign=campaign).delete()
    DeliveryTally.objects.create(
        campaign=campaign, status=DeliveryStatus.ACCEPTED, number=number - 1
    )
    DeliveryTally.objects.create(campaign=campaign, status=DeliveryStatus.DELIVERED, number=1)


def test_numbers_are_rounded_down_to_fives(links: Campaign) -> None:
    arrived(links, 20)
    assert opened_links(links) == [
        ("https://b.example/", 35, 10),
        ("https://c.example/", 5, 10),
        ("https://a.example/", 0, 10),
    ]


def test_of_few_recipients_nothing_is_told(links: Campaign) -> None:
    arrived(links, 19)
    assert opened_links(links) == []


def test_one_more_opening_mostly_shows_nowhere(links: Campaign) -> None:
    arrived(links, 20)
    before = opened_links(links)
    CountedLink.objects.filter(url="https://b.example/").update(opened=36)
    CountedLink.objects.filter(url="https://c.example/").update(opened=9)
    assert opened_links(links) == [before[0], before[1], before[2]]
