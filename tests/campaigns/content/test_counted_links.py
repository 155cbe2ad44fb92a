"""A campaign that counts its links: the same addresses for all, kept when sending begins."""

import re

import pytest

from campaigns.content.archived_email import archived_email
from campaigns.content.counted_links import address_for_count
from campaigns.content.duplicate import duplicate
from campaigns.content.edit import save_details
from campaigns.content.later_version import write_later_version
from campaigns.models import Campaign, CampaignContent, CountedLink
from campaigns.review.approval import approve, standing_approval
from campaigns.review.proof import prepare_proof
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import pause
from tests.campaigns.conftest import MakeFollowers

REPORT = "https://un.org/report?a=1&b=2"


@pytest.fixture
def counting(draft: Campaign) -> Campaign:
    content = draft.contents.get()
    content.blocks = [
        {"type": "button", "label": "The report", "url": REPORT},
        {"type": "rich_text", "html": '<p><a href="https://un.org/more">More</a></p>'},
        {"type": "button", "label": "Join", "url": "https://meet.example.org/quarterly"},
        {"type": "button", "label": "Leave", "url": "{unsubscribe_url}"},
    ]
    content.save()
    return save_details(draft, counts_links=True)


def launched(campaign: Campaign) -> CampaignContent:
    approve(campaign, by="Sam")
    return launch_now(campaign).contents.get()


def test_links_are_kept_when_sending_begins(counting: Campaign, followers: MakeFollowers) -> None:
    followers(1)
    content = launched(counting)
    links = {link.url: link for link in CountedLink.objects.filter(campaign=counting)}

    assert links.keys() == {REPORT, "https://un.org/more"}
    assert links[REPORT].languages == ["en"]
    for link in links.values():
        assert re.fullmatch(r"[\w-]{22}", link.token)
        assert f'/go/{link.token}/"' in content.rendered_html
    assert "https://meet.example.org/quarterly" in content.rendered_html
    assert REPORT in content.rendered_text


def test_without_asking_nothing_is_counted(counting: Campaign, followers: MakeFollowers) -> None:
    followers(1)
    content = launched(save_details(counting, counts_links=False))
    assert not CountedLink.objects.exists()
    assert "/go/" not in content.rendered_html


def test_the_languages_of_a_campaign_share_a_link(
    counting: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    english = counting.contents.get()
    CampaignContent.objects.create(
        campaign=counting, language="fr", subject="Bonjour", blocks=english.blocks[:1]
    )
    launched_now = counting
    approve(launched_now, by="Sam")
    launch_now(launched_now)
    link = CountedLink.objects.get(url=REPORT)
    assert link.languages == ["en", "fr"]
    assert all(
        link.token in each.rendered_html
        for each in CampaignContent.objects.filter(campaign=counting)
    )


def test_a_proof_leads_straight_to_its_pages(counting: Campaign) -> None:
    rendered = prepare_proof(counting, "en").rendered
    assert "/go/" not in rendered.html
    assert "https://un.org/more" in rendered.html
    assert "how often they are opened" in rendered.html


def test_an_approval_covers_whether_links_are_counted(
    counting: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    approve(counting, by="Sam")
    assert standing_approval(counting) is not None
    changed = save_details(counting, counts_links=False)
    assert standing_approval(changed) is None


def test_a_copy_counts_nothing_and_a_later_version_what_the_earlier_did(
    counting: Campaign, followers: MakeFollowers
) -> None:
    assert not duplicate(counting).counts_links
    followers(2)
    launched(counting)
    pause(counting.pk, reason="A wrong date")
    assert write_later_version(counting).counts_links


@pytest.mark.parametrize(
    "url",
    [
        "https://meet.example.org/quarterly/",
        "https://Meet.example.org/quarterly",
        "https://meet.example.org/quarterly?pwd=1",
    ],
)
def test_the_meeting_link_is_never_counted_however_it_is_written(
    counting: Campaign, url: str
) -> None:
    assert address_for_count(counting)(url) == url


def test_the_archive_says_nothing_of_counting(counting: Campaign, followers: MakeFollowers) -> None:
    followers(1)
    launched(counting)
    archived = archived_email(Campaign.objects.get(pk=counting.pk))
    assert archived is not None
    assert "/go/" not in archived.html
    assert "how often they are opened" not in archived.html
