"""The archive's version of an email lets no stranger into the meeting, wherever the link stands."""

from dataclasses import fields, is_dataclass
from html import unescape
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from campaigns.content.archive import list_emails
from campaigns.content.archive_language import LanguagePreference
from campaigns.content.archived_email import archived_email
from campaigns.content.assemble import email_for
from campaigns.content.meeting_link import email_without_meeting_link
from campaigns.events.pictures import PICTURE, PORTRAIT
from campaigns.events.schedule import change_event
from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.states import AudienceRule
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.media_library.cut_image import cut_image
from newsletter.rendering.email import Email
from newsletter.rendering.event_details import EventDetails
from tests.campaigns.events.test_programme import ANA
from tests.newsletter.media.pictures import picture
from tests.newsletter.rendering.sample_emails import Page

JOIN = "https://meet.example.org/quarterly?room=7&key=s3cret"
IN_HTML = JOIN.replace("&", "&amp;")
OTHER = "https://meet.example.org/forum?room=8"
PAGE_OF_THE_EVENT = f"{settings.SITE_URL}/events/quarterly-meeting/"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def meeting(draft: Campaign) -> Campaign:
    """A campaign about a meeting with a link that says who may come in."""
    Event.objects.update(join_url=JOIN)
    return Campaign.objects.select_related("event").get(pk=draft.pk)


def archived(campaign: Campaign, *blocks: dict[str, str]) -> Page:
    """Return the email of these blocks as anybody may read it, without the link in any part."""
    CampaignContent.objects.filter(campaign=campaign).update(blocks=list(blocks))
    rendered = archived_email(campaign)
    assert rendered is not None
    assert "s3cret" not in unescape(rendered.html + rendered.text)
    return Page(rendered.html)


def test_the_card_of_the_event_keeps_its_time_and_loses_the_link(meeting: Campaign) -> None:
    page = archived(meeting, {"type": "event_card"})

    assert "Quarterly meeting" in " ".join(page.texts)
    assert PAGE_OF_THE_EVENT in page.links()


def test_a_button_that_lets_people_in_is_left_out_and_others_stay(meeting: Campaign) -> None:
    page = archived(
        meeting,
        {"type": "button", "label": "Join us now", "url": JOIN},
        {"type": "button", "label": "Read on", "url": OTHER},
    )

    assert OTHER in page.links()
    assert "Join us now" not in " ".join(page.texts)


@pytest.mark.parametrize("is_public", [True, False])
def test_in_a_text_the_page_of_the_event_takes_its_place(
    meeting: Campaign, *, is_public: bool
) -> None:
    Event.objects.update(is_public=is_public)
    meeting = Campaign.objects.select_related("event").get(pk=meeting.pk)

    page = archived(
        meeting,
        {"type": "rich_text", "html": f'<p>Come <a href="{IN_HTML}">in</a>: {IN_HTML}</p>'},
    )

    place = PAGE_OF_THE_EVENT if is_public else f"{settings.SITE_URL}/events/"
    assert f": {place}" in "".join(page.texts)
    assert JOIN not in page.links()


def test_a_heading_and_a_quotation_name_no_way_in_either(meeting: Campaign) -> None:
    page = archived(
        meeting,
        {"type": "heading", "text": f"Tonight: {JOIN}"},
        {"type": "quotation", "text": f"See you at {JOIN}", "source": "Ada"},
    )

    assert "".join(page.texts).count(PAGE_OF_THE_EVENT) == 2


@pytest.mark.parametrize(
    "typed", [JOIN, JOIN.removeprefix("https://"), JOIN.replace("meet", "Meet"), f"{JOIN}/"]
)
@pytest.mark.parametrize("field", ["subject", "preheader"])
def test_neither_subject_nor_preview_text_lets_anybody_in(
    meeting: Campaign, field: str, typed: str
) -> None:
    CampaignContent.objects.update(**{field: f"Join {{given_name|us}} at {typed}"})

    meeting.launched_at = timezone.now()
    meeting.save()

    shown = archived_email(meeting)
    [line] = list_emails([meeting], LanguagePreference())

    assert shown is not None
    for text in (shown.subject, shown.html, shown.text, line.subject, line.preheader):
        assert "s3cret" not in text
    assert getattr(line, field) == f"Join us at {PAGE_OF_THE_EVENT}"


def test_the_card_does_not_either_where_the_event_names_its_own_link(meeting: Campaign) -> None:
    Event.objects.update(venue=f"Online: {JOIN}", summary=JOIN, title=f"Meeting {JOIN}")

    archived(Campaign.objects.get(), {"type": "event_card"})


def full_of(text: str, kind: Any) -> Any:
    """Make a value of a type, with a text in each place that takes one."""
    if kind is str:
        return text
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{each.name: full_of(text, hints[each.name]) for each in fields(kind)})  # type: ignore[operator]
    if kind is int:
        return 1
    of, more = get_args(kind)  # tuple[of, ...] or of | None; others fail, to be thought of
    return full_of(text, of) if more is NoneType else (full_of(text, of),)


def test_no_text_of_an_event_lets_anybody_in_whichever_are_added_to_it(meeting: Campaign) -> None:
    event = full_of(f"Room: {JOIN}", EventDetails)
    blocks = [{"type": "list", "rows": [{"text": JOIN}]}]
    email = Email(subject="", blocks=blocks, event=event)

    hidden = email_without_meeting_link(email, meeting)

    assert "s3cret" in str(event.agenda[0].items[0].speakers[0])
    assert "s3cret" not in str(hidden)
    assert str(hidden.event).count(f"Room: {PAGE_OF_THE_EVENT}") == str(event).count(JOIN) - 1


def test_neither_agenda_nor_speakers_let_anybody_in(meeting: Campaign) -> None:
    assert meeting.event is not None
    item = {"after": 0, "minutes": 30, "title": f"Breakout: {JOIN}", "speakers": [f"Ana {JOIN}"]}
    ana = {"name": f"Ana {JOIN}", "office": JOIN, "biography": f"She speaks at {JOIN}"}
    change_event(meeting.event, speakers=[ana], agenda=[item])

    page = archived(
        Campaign.objects.get(), {"type": "agenda"}, {"type": "speakers", "details": "biographies"}
    )

    assert "Breakout" in " ".join(page.texts)


def test_the_link_of_another_meeting_is_not_this_ones_secret(meeting: Campaign) -> None:
    text = {"type": "rich_text", "html": f'<p><a href="{OTHER}">The forum</a></p>'}

    assert OTHER in archived(meeting, text).links()


def test_joining_details_tell_no_stranger_the_dial_in(meeting: Campaign) -> None:
    Event.objects.update(takes_answers=True, dial_in="+40 21 555 0100, s3cret")
    Audience.objects.filter(campaign=meeting).update(rule=AudienceRule.ACCEPTED)
    joining = Campaign.objects.select_related("event").get(pk=meeting.pk)
    content = joining.contents.get()
    content.campaign = joining
    assert "s3cret" in email_for(content).event.dial_in  # type: ignore[union-attr] # it has one
    archived(joining, {"type": "event_card"})


def sources(page: Page) -> list[str]:
    return [attributes["src"] for tag, attributes in page.tags if tag == "img"]


def test_pictures_of_the_event_are_shown_as_long_as_its_page_is(meeting: Campaign) -> None:
    image = add_image(picture(size=(1200, 900)), name="hall.jpg").image
    cut_image(image, PICTURE)
    cut_image(image, PORTRAIT)
    speakers = [{**ANA, "portrait": reference_to(image.key)}]
    assert meeting.event is not None
    change_event(meeting.event, picture=image, picture_alt="Rows", speakers=speakers)
    blocks = [{"type": "event_card", "picture": "yes"}, {"type": "speakers", "details": "short"}]
    page = archived(meeting, *blocks)
    assert [shape for src in sources(page) for shape in ("wide", "square") if shape in src] == [
        "wide", "square",
    ]  # fmt: skip

    change_event(meeting.event, is_public=False)
    meeting.refresh_from_db()
    assert sources(archived(meeting, *blocks)) == []
