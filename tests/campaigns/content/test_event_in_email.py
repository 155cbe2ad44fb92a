"""What emails show of an event beside its time and place, in their own language."""

from pathlib import Path
from typing import Any

import pytest

from campaigns.content.archived_email import archived_email
from campaigns.content.assemble import email_for, render_content, sample_values
from campaigns.content.discreet import discreet_html
from campaigns.event_states import DocumentAccess
from campaigns.events.documents.add import add_document
from campaigns.events.documents.delete import delete_document
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, CampaignContent, Event, EventDocument
from newsletter.rendering.rendered import fill_preview
from subscribers.models import Topic
from tests.campaigns.events.pdfs import PDF

SPEAKER = {
    "name": "Ana Pop",
    "country": "RO",
    "office": "Deputy",
    "biography": "Born in Cluj.",
    "texts": {"uk": {"office": "Депутатка"}},
}
ITEMS = [
    {
        "after": minutes,
        "minutes": 30,
        "title": title,
        "speakers": ["Ana Pop"],
        "texts": {"uk": {"title": f"{title} українською"}},
    }
    for minutes, title in ((0, "Welcome"), (24 * 60, "Votes"))
]
BLOCKS = [{"type": "agenda"}, {"type": "speakers", "details": "short"}, {"type": "documents"}]


@pytest.fixture
def document(event: Event, settings: Any, tmp_path: Path) -> EventDocument:
    settings.VAR_DIR = tmp_path
    texts = {"uk": {"title": "Проєкт"}}
    return add_document(
        event, content=PDF, title="Draft", access=DocumentAccess.PUBLIC, texts=texts
    )


@pytest.fixture
def content(draft: Campaign, event: Event, document: EventDocument) -> CampaignContent:
    change_event(event, speakers=[SPEAKER], agenda=ITEMS)
    CampaignContent.objects.update(blocks=BLOCKS)
    return CampaignContent.objects.get()


def text_of(content: CampaignContent, language: str) -> str:
    content.language = language
    return fill_preview(render_content(content), sample_values(content)).text


def test_agenda_speakers_and_documents_are_told_with_days_and_zone(
    content: CampaignContent, event: Event
) -> None:
    text = text_of(content, "en")
    for words in (
        "12:00–12:30",
        "Welcome",
        "Bucharest time",
        "Deputy",
        "Romania",
        f"/events/{event.slug}/documents/",
    ):
        assert words in text
    first, second = email_for(content).event.agenda  # type: ignore[union-attr] # it has one
    assert (f"{event.local_start:%A %-d}" in first.day, first.items[0].title) == (True, "Welcome")
    assert second.items[0].title == "Votes"


def test_they_are_told_in_the_language_of_the_email(content: CampaignContent) -> None:
    text = text_of(content, "uk")
    for words in ("Welcome українською", "Депутатка", "Румунія", "Проєкт"):
        assert words in text
    assert "Bucharest" not in text


def test_documents_of_an_event_that_is_on_no_public_page_are_not_linked(
    content: CampaignContent, event: Event
) -> None:
    topic = content.campaign.topic
    topic.is_restricted, topic.is_public = True, False
    topic.save()
    Event.objects.update(topic=topic)
    assert "/documents/" not in text_of(CampaignContent.objects.get(), "en")


def test_what_was_sent_stays_readable_when_its_document_is_deleted(
    content: CampaignContent, document: EventDocument
) -> None:
    delete_document(document)
    rendered = archived_email(Campaign.objects.get())
    assert rendered is not None
    assert "Welcome" in rendered.text
    assert "Draft" not in rendered.text


@pytest.mark.parametrize("hidden_by", ["event", "topic"])
def test_the_archive_names_no_speaker_of_an_event_that_is_on_no_public_page(
    content: CampaignContent, event: Event, topic: Topic, hidden_by: str
) -> None:
    rendered = archived_email(Campaign.objects.get())
    assert rendered is not None
    assert "Ana Pop" in rendered.text
    if hidden_by == "event":
        change_event(event, is_public=False)
    else:
        Event.objects.update(topic=topic)
        Topic.objects.update(is_restricted=True, is_public=False)

    rendered = archived_email(Campaign.objects.get())

    assert rendered is not None
    for part in ("Ana Pop", "Born in Cluj", "Deputy", "Welcome", "Draft", "All times"):
        assert part not in rendered.text + rendered.html


def test_discreet_email_links_no_document_at_the_sites_own_domain(
    content: CampaignContent,
) -> None:
    assert "/documents/" not in discreet_html(content)
