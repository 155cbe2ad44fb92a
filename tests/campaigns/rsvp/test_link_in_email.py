"""The way to answer in an email: each recipient's own link, and a general page for everybody."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from campaigns.content.archived_email import archived_email
from campaigns.content.assemble import render_content, sample_values
from campaigns.content.discreet import discreet_html
from campaigns.content.event_in_email import event_details
from campaigns.models import Campaign, Event
from campaigns.review.preflight import preflight
from newsletter.models import Brand, InboxMessage
from newsletter.rendering.email import render_email
from newsletter.rendering.rendered import fill_preview
from subscribers.models import Subscriber
from tests.newsletter.rendering.sample_emails import email
from tests.samples import EVENT

pytestmark = pytest.mark.django_db

ASKS = "The event asks for answers, but recipients can’t give one."


def parts_of(person: Subscriber) -> list[str]:
    raw = InboxMessage.objects.get(recipient=person.email, stream="bulk").raw
    mail = message_from_bytes(bytes(raw), policy=policy.default)
    bodies = (mail.get_body((kind,)) for kind in ("plain", "html"))
    return [body.get_content() for body in bodies if body is not None]


def test_both_parts_of_the_email_hold_the_recipients_own_link_and_no_meeting_link(
    invited: Campaign, path: str, ada: Subscriber
) -> None:
    parts = parts_of(ada)
    assert len(parts) == 2
    for part in parts:
        assert path in part
        assert "Answer the invitation" in part
        assert "meet.example.org" not in part


def test_an_event_that_takes_no_answers_has_the_meeting_link_in_its_card(
    draft: Campaign, event: Event
) -> None:
    details = event_details(event)
    assert (details.join_url, details.rsvp_url) == (event.join_url, "")


def test_the_card_says_by_when_to_answer(draft: Campaign, meeting: Event, brand: Brand) -> None:
    Event.objects.update(answers_until=meeting.starts_at - timedelta(days=1))
    rendered = render_content(Campaign.objects.get().contents.get())
    text = " ".join(rendered.text.split())
    assert "Please answer by" in text
    assert "12:00 Bucharest time" in text


def test_previews_the_archive_and_discreet_mail_lead_to_the_general_page(
    invited: Campaign, path: str, brand: Brand
) -> None:
    content = invited.contents.get()
    general = "http://localhost:8000/rsvp/"
    assert sample_values(content)["rsvp_url"] == general
    archived = archived_email(invited)
    assert archived is not None
    preview = fill_preview(render_content(content), sample_values(content))
    for html in (preview.html, archived.html):
        assert f'"{general}"' in html
    Brand.objects.update(neutral_domain="letters.example")
    discreet = discreet_html(content)
    assert "letters.example:8000/rsvp/" in discreet
    assert "localhost:8000/rsvp/" not in discreet
    assert path.split("/")[2] not in preview.html + archived.html + discreet


def test_a_card_takes_our_link_or_the_field_and_nothing_hostile(brand: Brand) -> None:
    mail = render_email(
        email({"type": "event_card"}, event=replace(EVENT, rsvp_url="{rsvp_url}")), brand=brand
    )
    assert "rsvp_url" in mail.html
    with pytest.raises(ValueError, match="rsvp_url"):
        render_email(
            email({"type": "event_card"}, event=replace(EVENT, rsvp_url="javascript:alert(1)")),
            brand=brand,
        )


def advice(campaign: Campaign) -> list[str]:
    found = preflight(Campaign.objects.get(pk=campaign.pk), now=timezone.now())
    return [each.path for each in found if each.message.startswith(ASKS)]


def test_preflight_says_where_recipients_cannot_answer(
    draft: Campaign, meeting: Event, ada: Subscriber
) -> None:
    content = draft.contents.get()
    assert advice(draft) == []
    content.blocks = [{"type": "heading", "text": "Come"}]
    content.save()
    assert advice(draft) == ["contents.en.blocks"]
    content.blocks = [{"type": "button", "label": "I’ll come", "url": "{rsvp_url}"}]
    content.save()
    assert advice(draft) == []
    content.blocks = [{"type": "heading", "text": "Come"}]
    content.save()
    Event.objects.update(takes_answers=False)
    assert advice(draft) == []
