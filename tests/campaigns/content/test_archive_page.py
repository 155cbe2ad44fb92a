"""Pages of the archive begin at an email, and what a visitor looks for can only narrow them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.content.archive_page import (
    ArchiveFilter,
    archive_page,
    archived_topics,
    archived_years,
    read_filter,
)
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from subscribers.models import Topic
from subscribers.states import ArchiveAccess

FIRST = datetime(2026, 12, 31, 12, tzinfo=UTC)


@pytest.fixture
def seven(topic: Topic, other_topic: Topic) -> list[str]:
    """Seven emails by name, the latest first; the third and fourth were sent at the same moment."""
    moments = [0, 1, 2, 3, 3, 4, 5]
    for number, days in enumerate(moments):
        Campaign.objects.create(
            name=f"n{number}",
            topic=other_topic if number == 6 else topic,
            status=CampaignStatus.SENT,
            launched_at=FIRST + timedelta(days=days),
            archive_access=ArchiveAccess.PUBLIC,
        )
    return [f"n{number}" for number in reversed(range(7))]


def names(campaigns: list[Campaign]) -> list[str]:
    return [campaign.name for campaign in campaigns]


def test_from_page_to_page_each_email_is_seen_once_there_and_back(seven: list[str]) -> None:
    there, before = list[str](), ""
    for _ in range(4):
        page = archive_page(ArchiveFilter(), before=before, number=2)
        there += names(page.campaigns)
        before = page.older
    assert there == seven
    assert before == ""

    back, after = names(page.campaigns), page.newer
    while after:
        page = archive_page(ArchiveFilter(), after=after, number=2)
        back = names(page.campaigns) + back
        after = page.newer
    assert back[-5:] == seven[-5:]
    assert page.newer == ""
    assert names(page.campaigns) == seven[:2]


def test_what_is_sent_meanwhile_moves_nothing(seven: list[str], topic: Topic) -> None:
    first = archive_page(ArchiveFilter(), number=3)
    Campaign.objects.create(
        name="new",
        topic=topic,
        status=CampaignStatus.SENT,
        launched_at=FIRST + timedelta(days=9),
        archive_access=ArchiveAccess.PUBLIC,
    )

    second = archive_page(ArchiveFilter(), before=first.older, number=3)

    assert names(first.campaigns) + names(second.campaigns) == seven[:6]


@pytest.mark.parametrize("place", ["", "x", "1", "'", "\0", "0" * 5000, str(10**30)])
def test_an_odd_place_is_the_beginning(seven: list[str], place: str) -> None:
    for page in (
        archive_page(ArchiveFilter(), before=place, number=3),
        archive_page(ArchiveFilter(), after=place, number=3),
    ):
        assert names(page.campaigns) == seven[:3]


def test_an_email_that_is_hidden_is_no_place(seven: list[str]) -> None:
    hidden = Campaign.objects.get(name="n3")
    Campaign.objects.filter(pk=hidden.pk).update(archive_access=ArchiveAccess.NONE)

    page = archive_page(ArchiveFilter(), before=str(hidden.slug), number=2)

    assert names(page.campaigns) == ["n6", "n5"]


def test_emails_are_found_by_topic_and_year(seven: list[str]) -> None:
    assert names(archive_page(ArchiveFilter(topic="forums")).campaigns) == ["n6"]
    assert names(archive_page(ArchiveFilter(year=2026)).campaigns) == ["n0"]
    assert names(archive_page(ArchiveFilter(year=2026, topic="forums")).campaigns) == []
    assert archived_years() == (2027, 2026)
    assert [one.slug for one in archived_topics()] == ["quarterly-meetings", "forums"]


def test_a_topic_that_is_hidden_is_no_choice_and_no_filter(seven: list[str]) -> None:
    Topic.objects.filter(slug="forums").update(is_public=False)

    assert [one.slug for one in archived_topics()] == ["quarterly-meetings"]
    assert read_filter({"topic": "forums"}) == read_filter({"topic": "unknown"}) == ArchiveFilter()


@pytest.mark.parametrize("year", ["", "0", "-1", "2026.0", "2026 ", "9" * 400, "２０２６", "x"])
def test_an_odd_year_is_none(seven: list[str], year: str) -> None:
    assert read_filter({"year": year}).year is None
    assert read_filter({"year": "2026"}).year == 2026


def test_a_search_without_a_word_finds_nothing(seven: list[str]) -> None:
    assert archive_page(ArchiveFilter(words="!?")).campaigns == []


def test_a_page_is_a_few_statements_however_many_emails_there_are(seven: list[str]) -> None:
    place = archive_page(ArchiveFilter(), number=2).older
    with CaptureQueriesContext(connection) as captured:
        list(archive_page(ArchiveFilter(), before=place, number=2).campaigns)
    assert len(captured) == 2
