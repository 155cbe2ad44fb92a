"""The archive's list: search, filters, and pages that begin at an email."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.content.archive_search import index_archive
from campaigns.models import Campaign, CampaignContent
from campaigns.states import CampaignStatus
from newsletter.models import Brand
from subscribers.models import Topic
from subscribers.states import ArchiveAccess
from tests.campaigns.views.reading import text

NO_MATCH = "No email matches your search"


@pytest.fixture
def many(sent: Campaign, topic: Topic) -> Campaign:
    """25 emails more, numbered from the earliest."""
    for number in range(25):
        campaign = Campaign.objects.create(
            name=str(number),
            topic=topic,
            status=CampaignStatus.SENT,
            launched_at=timezone.now() - timedelta(days=500 - number),
            archive_access=ArchiveAccess.PUBLIC,
        )
        CampaignContent.objects.create(campaign=campaign, subject=f"Report {number:02}.")
    return sent


def test_a_search_finds_an_email_by_its_words_and_says_when_none_matches(
    client: Client, brand: Brand, many: Campaign
) -> None:
    index_archive()

    found = text(client, "/archive/?q=report+07")
    assert "Report 07." in found
    assert "Report 08." not in found
    assert 'value="report 07"' in found
    assert NO_MATCH in text(client, "/archive/?q=unheard-of")
    assert NO_MATCH in text(client, "/archive/?q=%21%3F")


def test_from_page_to_page_there_and_back(client: Client, brand: Brand, many: Campaign) -> None:
    first = text(client, "/archive/?topic=quarterly-meetings")
    assert "Report 24." in first
    assert "Report 05." not in first
    assert 'rel="prev"' not in first
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    assert older.endswith("&topic=quarterly-meetings")

    second = text(client, f"/archive/{older}")
    assert "Report 05." in second
    assert "Report 24." not in second
    assert 'rel="next"' not in second
    newer = second.partition('rel="prev" href="')[2].partition('"')[0]
    assert "Report 24." in text(client, f"/archive/{newer}")


def test_topics_and_years_are_offered_and_kept(
    client: Client, brand: Brand, many: Campaign, other_topic: Topic
) -> None:
    year = (timezone.now() - timedelta(days=490)).year
    page = text(client, f"/archive/?year={year}&topic=quarterly-meetings")

    assert f'<option value="{year}" selected>' in page
    assert '<option value="quarterly-meetings" selected>' in page
    assert "Forums" not in page.partition("<form")[2].partition("</form>")[0]
    assert "You are invited" not in page


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 20_000,
        "q=%00%00",
        "q=%F0%28%8C%28",
        "q='%20OR%201=1",
        "before=" + "9" * 5000,
        "after=%00",
        "year=99999999999999999999",
        "topic=%27",
        "language=%3Cscript%3E&q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_an_odd_query_leads_to_a_page(
    client: Client, brand: Brand, many: Campaign, query: str
) -> None:
    answer = client.get(f"/archive/?{query}")

    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_what_is_hidden_is_not_found_by_any_word(
    client: Client, brand: Brand, many: Campaign
) -> None:
    index_archive()
    Topic.objects.update(is_public=False, is_restricted=True)

    for query in ("q=invited", "q=report", "year=2026", "topic=quarterly-meetings"):
        page = text(client, f"/archive/?{query}")
        assert "Report" not in page
        assert "You are invited" not in page
        assert "Quarterly meetings" not in page


def test_an_archive_without_emails_has_no_search(client: Client, brand: Brand) -> None:
    assert 'role="search"' not in text(client, "/archive/")
