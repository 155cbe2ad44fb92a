"""What somebody is writing is saved while they write, and replaces nobody else's words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.content.content_version import content_version
from campaigns.models import Campaign, CampaignContent
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import CampaignStatus
from newsletter.models import AuditEntry
from newsletter.rendering.blocks.ids import with_ids
from tests.campaigns.studio.page_helpers import form, page

HEADING = {"type": "heading", "text": "Our next meeting"}
UNFINISHED = {"type": "button", "label": "", "url": "https"}
MOST_QUERIES = 30
"""Of a save, who is signed in and the audit log included. Somebody who writes makes many."""


def content_of(campaign: Campaign) -> CampaignContent:
    return CampaignContent.objects.get(campaign=campaign, language="en")


def autosave(client: Client, campaign: Campaign, *blocks: dict[str, str], **fields: str) -> Any:
    return client.post(page("autosave", campaign, "en"), form(*blocks, **fields))


def test_what_is_unfinished_is_saved_and_the_answer_tells_its_version(
    wrens: Client, draft: Campaign
) -> None:
    seen = content_version(content_of(draft))
    answer = autosave(wrens, draft, HEADING, UNFINISHED, subject="", seen=seen)
    assert answer.json() == {"seen": content_version(content_of(draft))}
    assert content_of(draft).blocks == with_ids([HEADING, UNFINISHED])
    assert content_of(draft).subject == ""

    again = autosave(wrens, draft, HEADING, subject="Hello", seen=answer.json()["seen"])
    assert again.status_code == 200
    assert content_of(draft).subject == "Hello"


def test_a_colleagues_words_are_never_replaced(wrens: Client, draft: Campaign) -> None:
    seen = content_version(content_of(draft))
    CampaignContent.objects.update(subject="By a colleague")
    answer = autosave(wrens, draft, HEADING, subject="Mine", seen=seen)
    assert answer.status_code == 409
    assert "saved this after you opened it" in answer.json()["problem"]
    assert content_of(draft).subject == "By a colleague"


@pytest.mark.parametrize("status", [CampaignStatus.APPROVED, CampaignStatus.SCHEDULED])
def test_an_approval_is_never_ended_by_writing_alone(
    wrens: Client, draft: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)
    answer = autosave(wrens, draft, HEADING, subject="Mine")
    assert answer.status_code == 409
    assert Campaign.objects.get().status == status
    assert content_of(draft).subject != "Mine"
    html = wrens.get(page("content", draft, "en")).content.decode()
    assert "data-autosave" not in html


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (CampaignStatus.IN_REVIEW, "takes the campaign out of review"),
        (CampaignStatus.APPROVED, "ends the approval"),
        (CampaignStatus.SCHEDULED, "isn’t sent at its time"),
    ],
)
def test_a_campaign_that_waits_for_a_press_says_why_and_with_what_end(
    wrens: Client, draft: Campaign, status: CampaignStatus, says: str
) -> None:
    Campaign.objects.update(status=status)
    assert says in wrens.get(page("content", draft, "en")).content.decode()
    assert says in autosave(wrens, draft, HEADING).json()["problem"]


def test_a_campaign_that_was_cancelled_meanwhile_says_so(wrens: Client, draft: Campaign) -> None:
    cancel(draft.pk)
    assert autosave(wrens, draft, HEADING, subject="Mine").status_code == 409


def test_a_language_begins_with_its_first_words(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(page("autosave", draft, "fr"), form(HEADING, subject="Bonjour"))
    assert answer.status_code == 200
    assert draft.contents.get(language="fr").subject == "Bonjour"


@pytest.mark.parametrize("language", ["xx", "en-"])
def test_a_language_that_the_installation_lacks_is_not_begun(
    wrens: Client, draft: Campaign, language: str
) -> None:
    answer = wrens.post(page("autosave", draft, language), form(HEADING))
    assert answer.status_code == 409
    assert draft.contents.count() == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"subject": "Hello"}, "didn’t arrive"),
        (form(HEADING, subject="x" * 201), "too long"),
        (form({"type": "rich_text", "html": "x" * 60_001}), "too long"),
        (form({"type": "heading", "text": "a\x01b"}), "Remove the special characters"),
    ],
    ids=["in part", "long subject", "long text", "control character"],
)
def test_what_cant_be_kept_is_told_and_nothing_is_lost(
    wrens: Client, draft: Campaign, fields: dict[str, str], problem: str
) -> None:
    before = content_of(draft)
    answer = wrens.post(page("autosave", draft, "en"), fields)
    assert answer.status_code == 422
    assert problem in answer.json()["problem"]
    assert (content_of(draft).subject, content_of(draft).blocks) == (before.subject, before.blocks)


def test_the_audit_log_names_somebody_who_is_writing_once(wrens: Client, draft: Campaign) -> None:
    entries = AuditEntry.objects.filter(action="campaign.content_saved")
    for subject in ("H", "He", "Hello"):
        autosave(wrens, draft, HEADING, subject=subject)
    assert entries.count() == 1

    # Another language is another thing to write, and so is an hour later.
    wrens.post(page("autosave", draft, "fr"), form(HEADING, subject="Bonjour"))
    assert entries.count() == 2
    entries.update(at=entries.latest("id").at - timedelta(hours=1))
    autosave(wrens, draft, HEADING, subject="Hello again")
    assert entries.count() == 3


def test_a_press_of_the_button_is_always_recorded(wrens: Client, draft: Campaign) -> None:
    autosave(wrens, draft, HEADING, subject="Hello")
    wrens.post(page("content", draft, "en"), form(HEADING, subject="Bye", act="save"))
    assert AuditEntry.objects.filter(action="campaign.content_saved").count() == 2


def test_hostile_html_that_was_kept_as_typed_is_shown_nowhere(
    wrens: Client, draft: Campaign
) -> None:
    hostile = '<p>{nobody}</p><script>alert(1)</script><a href="javascript:1">x</a>'
    autosave(wrens, draft, {"type": "rich_text", "html": hostile}, subject="Hello")
    assert content_of(draft).blocks[0]["html"] == hostile
    assert "<script>alert" not in wrens.get(page("content", draft, "en")).content.decode()
    for name in ("email", "review"):
        arguments = ("en",) if name == "email" else ()
        html = wrens.get(page(name, draft, *arguments)).content.decode()
        assert "alert(1)" not in html
        assert 'href="javascript' not in html


def test_a_draft_that_saves_itself_reads_nothing_that_only_an_approval_covers(
    wrens: Client, draft: Campaign
) -> None:
    autosave(wrens, draft, HEADING, subject="Hello")
    before = Campaign.objects.get().updated_at
    with CaptureQueriesContext(connection) as queries:
        autosave(wrens, draft, HEADING, subject="Hello again")
    asked = [each["sql"] for each in queries]
    assert not [sql for sql in asked if "campaigns_audience" in sql]
    assert len(asked) <= MOST_QUERIES, asked
    assert Campaign.objects.get().updated_at > before


def test_why_an_approval_ended_is_told_until_something_is_written(
    wrens: Client, draft: Campaign
) -> None:
    Campaign.objects.update(pause_reason="The event was changed after the approval.")
    content = content_of(draft)
    same = {"subject": content.subject, "preheader": content.preheader}
    wrens.post(page("autosave", draft, "en"), form(*content.blocks, **same))
    assert Campaign.objects.get().pause_reason
    autosave(wrens, draft, HEADING, subject="Hello")
    assert Campaign.objects.get().pause_reason == ""
