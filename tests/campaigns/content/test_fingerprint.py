from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.event_states import DocumentAccess
from campaigns.events.pictures import PICTURE
from campaigns.models import Audience, Campaign, CampaignContent, Event, EventDocument
from newsletter.media_library.add_image import add_image
from newsletter.media_library.cut_image import cut_image
from newsletter.models import Brand
from subscribers.models import Topic
from subscribers.states import ArchiveAccess
from tests.newsletter.media.pictures import picture


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
        lambda: Campaign.objects.update(archive_access=ArchiveAccess.NONE),
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
    Campaign.objects.update(archive_access=ArchiveAccess.NONE)
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


EVENT_COLUMNS: dict[str, Any] = {
    "title": "Another",
    "kind": "visit",
    "summary": "Another",
    "starts_at": datetime(2021, 1, 1, tzinfo=UTC),
    "ends_at": datetime(2041, 1, 1, tzinfo=UTC),
    "time_zone": "Europe/London",
    "venue": "Elsewhere",
    "address": "1 Square",
    "join_url": "https://elsewhere.example.org/",
    "status": "cancelled",
    "previous_starts_at": datetime(2041, 1, 1, tzinfo=UTC),
    "texts": {"fr": {"title": "Réunion"}},
    "is_public": False,
    "takes_answers": True,
    "attendance": "in_person",
    "answers_until": datetime(2041, 1, 1, tzinfo=UTC),
    "calendar_mode": "invitation",
    "calendar_title": "Meeting",
    "dial_in": "+40 1",
    "agenda": [{"title": "Welcome", "after": 0}],
    "speakers": [{"name": "Ana"}],
}
"""What an email shows of an event, with another value each."""
NOT_IN_EMAILS = {
    "id": "the key",
    "slug": "the address of its page, which follows the event",
    "topic": "says who may know of it; a campaign has a topic of its own",
    "authors": "says who may not approve it",
    "created_at": "of the row",
    "updated_at": "of the row",
    "local_start": "the start is derived from it",
    "local_end": "likewise",
    "local_answers_until": "likewise",
    "previous_ends_at": "comes and goes with the start before",
    "previous_time_zone": "likewise",
    "moved_at": "likewise",
    "uid": "of its entry in calendars, for good",
    "sequence": "grows with the facts above",
    "description": "stands on its page",
    "contact_name": "likewise",
    "contact_email": "likewise",
    "capacity": "is asked when somebody answers",
    "has_waiting_list": "likewise",
    "interpretation": "likewise",
}
"""Columns that no email shows, and the reasons."""


PICTURE_COLUMNS = {"picture", "picture_alt", "picture_is_decorative"}
"""What an email shows of an event's picture, where a block shows that."""


def test_the_picture_of_the_event_changes_it_where_a_block_shows_it(
    draft: Campaign, event: Event
) -> None:
    image, other = (
        add_image(picture(size=(900, 600), colour=colour)).image for colour in ("red", "blue")
    )
    for each in (image, other):
        cut_image(each, PICTURE)
    Event.objects.update(picture=image, picture_alt="The hall")
    CampaignContent.objects.update(blocks=[{"type": "event_card"}])
    before = of(draft)
    Event.objects.update(picture=other)
    assert of(draft) == before

    CampaignContent.objects.update(blocks=[{"type": "event_card", "picture": "yes"}])
    for column, value in {
        "picture": image,
        "picture_alt": "The garden",
        "picture_is_decorative": True,
    }.items():
        before = of(draft)
        Event.objects.update(**{column: value})
        assert of(draft) != before, column


@pytest.mark.parametrize("column", sorted(EVENT_COLUMNS))
def test_each_fact_of_the_event_that_an_email_shows_changes_it(
    draft: Campaign, column: str
) -> None:
    needs_answers = {"attendance", "answers_until"}
    Event.objects.update(takes_answers=column in needs_answers)
    Audience.objects.update(rule="accepted" if column == "dial_in" else "")
    blocks = [{"type": "agenda"}, {"type": "speakers"}]
    CampaignContent.objects.update(blocks=blocks if column in ("agenda", "speakers") else [])
    before = of(draft)
    Event.objects.update(**{column: EVENT_COLUMNS[column]})

    assert of(draft) != before


def test_whatever_else_an_event_has_is_known_to_be_in_no_email() -> None:
    columns = {each.name for each in Event._meta.concrete_fields}
    shown = {*EVENT_COLUMNS} | PICTURE_COLUMNS
    assert shown <= columns
    assert columns - shown == {*NOT_IN_EMAILS}


def test_each_column_of_an_audience_changes_it(draft: Campaign) -> None:
    condition = {"kind": "country", "countries": ["NZ"]}
    changes = {
        "countries": ["NZ"],
        "languages": ["fr"],
        "rule": "accepted",
        "conditions": {"match": "all", "conditions": [condition], "except": []},
    }
    columns = {each.name for each in Audience._meta.concrete_fields}
    # The words are noted when sending begins.
    assert columns - {*changes} <= {"id", "campaign", "words", "created_at", "updated_at"}
    for column, value in changes.items():
        before = of(draft)
        Audience.objects.update(**{column: value})
        assert of(draft) != before, column


def test_each_part_of_the_sender_changes_it(draft: Campaign) -> None:
    for column in ("sender_name", "sender_email", "reply_to"):
        before = of(draft)
        Brand.objects.update(**{column: "another@example.org"})
        assert of(draft) != before, column
