from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.event_states import DocumentAccess
from campaigns.models import Audience, Campaign, CampaignContent, Event, EventDocument
from newsletter.models import Brand
from subscribers.models import Topic


def of(campaign: Campaign) -> str:
    return fingerprint(Campaign.objects.get(pk=campaign.pk))


@pytest.mark.parametrize(
    "change",
    [
        lambda: CampaignContent.objects.update(subject="Another"),
        lambda: CampaignContent.objects.update(preheader="Another"),
        lambda: CampaignContent.objects.update(blocks=[{"type": "divider"}]),
        lambda: CampaignContent.objects.update(language="fr"),
        lambda: Audience.objects.update(countries=["NZ"]),
        lambda: Audience.objects.update(languages=["en"]),
        lambda: Campaign.objects.update(language="fr"),
        lambda: Campaign.objects.update(event=None),
        lambda: Campaign.objects.update(is_archived=False),
        lambda: Topic.objects.update(is_public=False),
        lambda: Brand.objects.update(sender_name="Another"),
        lambda: Brand.objects.update(sender_email="another@example.org"),
        lambda: Brand.objects.update(reply_to=""),
        lambda: Event.objects.update(title="Another"),
        lambda: Event.objects.update(ends_at=timezone.now().replace(year=2040)),
        lambda: Event.objects.update(join_url="https://elsewhere.example.org/"),
        lambda: Event.objects.update(status="cancelled"),
        lambda: Event.objects.update(time_zone="Europe/London"),
        lambda: Event.objects.update(venue="Elsewhere"),
    ],
)
def test_whatever_a_reader_gets_changes_it(draft: Campaign, change: Callable[[], Any]) -> None:
    before = of(draft)
    change()

    assert of(draft) != before


def test_another_topic_changes_it(draft: Campaign, other_topic: Topic) -> None:
    before = of(draft)
    Campaign.objects.update(topic=other_topic)

    assert of(draft) != before


def test_whether_the_topic_is_public_is_nothing_to_an_email_that_is_kept_out_of_the_archive(
    draft: Campaign,
) -> None:
    Campaign.objects.update(is_archived=False)
    before = of(draft)
    Topic.objects.update(is_public=False)

    assert of(draft) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: Campaign.objects.update(name="Another", updated_at=timezone.now()),
        lambda: CampaignContent.objects.update(rendered_html="<p>", rendered_at=timezone.now()),
        lambda: Event.objects.update(updated_at=timezone.now(), description="On the page alone"),
        lambda: Brand.objects.update(name="Another", postal_address="2 Square", colour="#000000"),
    ],
)
def test_what_no_reader_gets_and_what_all_emails_share_does_not(
    draft: Campaign, change: Callable[[], Any]
) -> None:
    before = of(draft)
    change()

    assert of(draft) == before


def test_a_campaign_without_an_audience_row_is_one_for_all(draft: Campaign) -> None:
    before = of(draft)
    Audience.objects.all().delete()

    assert of(draft) == before


@pytest.mark.parametrize("part", ["agenda", "speakers", "documents"])
def test_a_part_of_the_event_changes_it_where_a_block_shows_it(
    draft: Campaign, event: Event, part: str
) -> None:
    changes: dict[str, Callable[[], Any]] = {
        "agenda": lambda: Event.objects.update(agenda=[{"title": "Welcome", "after": 0}]),
        "speakers": lambda: Event.objects.update(speakers=[{"name": "Ana"}]),
        "documents": lambda: EventDocument.objects.create(
            event=event,
            title="Agenda",
            access=DocumentAccess.PUBLIC,
            file="a",
            size=1,
        ),
    }
    before = of(draft)
    changes[part]()
    assert of(draft) == before

    CampaignContent.objects.update(blocks=[{"type": part}])
    shown = of(draft)
    Event.objects.update(agenda=[], speakers=[])
    EventDocument.objects.all().delete()
    assert of(draft) != shown


def test_documents_for_participants_are_shown_by_no_block(draft: Campaign, event: Event) -> None:
    CampaignContent.objects.update(blocks=[{"type": "documents"}])
    before = of(draft)
    EventDocument.objects.create(
        event=event, title="A", access=DocumentAccess.ACCEPTED, file="a", size=1
    )
    assert of(draft) == before
