"""Whether links are counted is chosen in Details; the report shows totals, and no more."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, CountedLink
from subscribers.models import Topic
from tests.campaigns.studio.page_helpers import page

ADD = "admin:campaigns_campaign_add"


@pytest.fixture
def counted(sending: Campaign) -> Campaign:
    """One that counts its links, of which all but one may be told of."""
    Campaign.objects.filter(pk=sending.pk).update(counts_links=True)
    for token, url, opened in (("a", "https://un.org/more", 12), ("b", "https://un.org/", 3)):
        CountedLink.objects.create(
            campaign=sending, token=token * 22, url=url, opened=99, told=opened, told_by_programs=8
        )
    CountedLink.objects.create(campaign=sending, token="c" * 22, url="https://few.example/")
    return sending


def shown(client: Client, campaign: Campaign) -> str:
    html = client.get(page("report", campaign)).content.decode()
    return " ".join(html.split('id="links"')[1].split("</section>", maxsplit=1)[0].split())


def test_the_report_shows_rounded_totals(lees: Client, counted: Campaign) -> None:
    part = shown(lees, counted)
    assert part.index("https://un.org/more") < part.index("https://un.org/<")
    assert "10 or more" in part
    assert "Fewer than 5" in part
    assert "99" not in part


def test_the_file_has_the_same_numbers(lees: Client, counted: Campaign) -> None:
    CountedLink.objects.filter(url="https://un.org/").update(url="=HYPERLINK(1)")
    text = lees.get(page("report_csv", counted)).content.decode("utf-8-sig")
    rows = [row for row in csv.reader(StringIO(text)) if row[0].startswith("Links")]
    assert [row[2:] for row in rows] == [
        ["Opened", "10"],
        ["Opened by programs", "5"],
        ["Opened", "0"],
        ["Opened by programs", "5"],
    ]
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_of_what_may_not_be_told_the_report_says_why(lees: Client, counted: Campaign) -> None:
    part = shown(lees, counted)
    assert "2 of 3 links are shown. A link is shown a day after the last email left" in part
    assert "if at least 20 people got it." in part
    assert "few.example" not in part
    CountedLink.objects.update(told=None)
    part = shown(lees, counted)
    assert "Nothing is shown yet." in part
    assert "https://un.org" not in part
    assert "Links (at least)" not in lees.get(page("report_csv", counted)).content.decode()


def test_one_that_counts_nothing_has_no_such_part(lees: Client, sending: Campaign) -> None:
    html = lees.get(page("report", sending)).content.decode()
    assert 'id="links"' not in html
    assert "no counted links into emails" in html


def test_it_is_off_unless_somebody_ticks_it(wrens: Client, topic: Topic) -> None:
    fields = {"name": "March", "topic": str(topic.pk), "language": "en", "subject": "Join us"}
    wrens.post(reverse(ADD), fields)
    wrens.post(reverse(ADD), {**fields, "name": "June", "counts_links": "on"})
    assert dict(Campaign.objects.values_list("name", "counts_links")) == {
        "March": False,
        "June": True,
    }


def test_details_change_it(wrens: Client, draft: Campaign) -> None:
    fields = {"name": draft.name, "topic": str(draft.topic_id), "language": "en"}
    fields["event"] = str(draft.event_id)
    wrens.post(page("details", draft), {**fields, "counts_links": "on"})
    draft.refresh_from_db()
    assert draft.counts_links
    assert 'name="counts_links"' in wrens.get(page("details", draft)).content.decode()
