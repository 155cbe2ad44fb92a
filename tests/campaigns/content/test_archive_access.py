"""The choice who can read an email later, and the rules that no choice overrides."""

import pytest

from campaigns.content.archive_access import archive_access_of
from campaigns.content.check_content import ContentError
from campaigns.content.edit import save_details
from campaigns.content.fingerprint import approved_facts
from campaigns.content.merge_values import archive_url
from campaigns.models import Audience, Campaign
from campaigns.review.approval import approve
from campaigns.review.facts_in_words import facts_in_words
from campaigns.sending.launch import launch_now
from campaigns.states import AudienceRule, CampaignKind
from subscribers.models import Subscriber, Topic
from subscribers.states import ArchiveAccess

PUBLIC, SUBSCRIBERS, NONE = ArchiveAccess


def access(**differs: str) -> ArchiveAccess:
    Campaign.objects.update(**differs)
    return archive_access_of(Campaign.objects.select_related("topic").get())


@pytest.mark.parametrize("of_topic", ArchiveAccess)
@pytest.mark.parametrize("chosen", ["", *ArchiveAccess])
def test_a_draft_says_it_itself_or_is_as_its_topic_says(
    draft: Campaign, of_topic: ArchiveAccess, chosen: str
) -> None:
    Topic.objects.update(archive_access=of_topic)

    assert access(archive_access=chosen) == (chosen or of_topic)


@pytest.mark.parametrize("chosen", ["", *ArchiveAccess])
def test_what_was_sent_stays_as_it_was_noted(draft: Campaign, chosen: str) -> None:
    Campaign.objects.update(launched_at="2026-11-01T00:00Z")
    Topic.objects.update(archive_access=PUBLIC, is_public=False)

    assert access(archive_access=chosen) == (chosen or NONE)


@pytest.mark.parametrize("chosen", ["", *ArchiveAccess])
def test_nobody_reads_what_a_need_to_know_topic_sends(draft: Campaign, chosen: str) -> None:
    Topic.objects.update(is_public=False, is_restricted=True)

    assert access(archive_access=chosen) is NONE


@pytest.mark.parametrize(("chosen", "then"), [(PUBLIC, NONE), (SUBSCRIBERS, SUBSCRIBERS)])
def test_only_a_public_topic_s_email_is_for_anybody(
    draft: Campaign, chosen: ArchiveAccess, then: ArchiveAccess
) -> None:
    Topic.objects.update(is_public=False)

    assert access(archive_access=chosen) is then


@pytest.mark.parametrize("chosen", [PUBLIC, SUBSCRIBERS])
def test_nobody_reads_what_asks_for_consent_or_says_how_to_join(
    draft: Campaign, chosen: ArchiveAccess
) -> None:
    assert access(archive_access=chosen, kind=CampaignKind.CONSENT) is NONE
    assert access(kind=CampaignKind.ANNOUNCEMENT) is chosen
    Audience.objects.update_or_create(campaign=draft, defaults={"rule": AudienceRule.ACCEPTED})
    assert access() is NONE


@pytest.mark.parametrize("chosen", ["", *ArchiveAccess])
def test_the_launch_notes_what_holds_then(draft: Campaign, ada: Subscriber, chosen: str) -> None:
    Campaign.objects.update(archive_access=chosen)
    Topic.objects.update(archive_access=SUBSCRIBERS)
    approve(Campaign.objects.get(), by="Sam")
    sent = launch_now(Campaign.objects.get())
    Topic.objects.update(archive_access=PUBLIC)

    sent.refresh_from_db()
    assert sent.archive_access == (chosen or SUBSCRIBERS)
    assert bool(archive_url(sent)) is (chosen != NONE)


def test_the_choice_is_approved_and_said_in_words(draft: Campaign) -> None:
    said = {}
    for chosen in ArchiveAccess:
        save_details(draft, archive_access=chosen)
        facts = approved_facts(Campaign.objects.get())
        said[facts_in_words(facts, draft)["Past emails"]] = facts["is_archived"]

    assert said == {
        "Shown once it is sent": True,
        "For subscribers of the topic once it is sent": False,
        "Not shown": False,
    }


@pytest.mark.parametrize("odd", ["all", "PUBLIC", None, True, "x" * 100])
def test_another_choice_is_refused(draft: Campaign, odd: object) -> None:
    with pytest.raises(ContentError, match="not one of the choices"):
        save_details(draft, archive_access=odd)
