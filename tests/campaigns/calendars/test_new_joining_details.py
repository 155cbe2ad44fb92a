"""Another meeting link or dial-in is told to those who got the one before, and to nobody else."""

import re

import pytest
from django.utils import timezone

from campaigns.content.draft_series import draft_series
from campaigns.content.fingerprint import fingerprint
from campaigns.event_states import RsvpAnswer
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Event, Rsvp
from campaigns.review.approval import CannotApprove, approve
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import resume
from campaigns.states import CampaignKind
from newsletter.core.addresses import address_digest
from newsletter.models import InboxMessage, TransactionalMessage
from subscribers.models import Subscriber, Topic
from tests.campaigns.calendars.conftest import finish
from tests.campaigns.calendars.test_updates import drafts, send
from tests.newsletter.transport.message.test_mime_template import read

pytestmark = pytest.mark.django_db

SECOND = "https://meet.example.org/second"


def say(event: Event, person: Subscriber, answer: RsvpAnswer) -> None:
    Rsvp.objects.create(event=event, subscriber=person, answer=answer, answered_at=timezone.now())


def texts() -> list[str]:
    found = []
    for row in InboxMessage.objects.all():
        body = read(bytes(row.raw)).get_body(("plain",))
        assert body is not None
        found.append(body.get_content())
    return found


def test_a_new_link_waits_for_what_still_gives_the_old_one(event: Event, sending: Campaign) -> None:
    change_event(event, join_url="https://meet.example.org/second")
    (draft,) = drafts(event)
    assert draft.kind == CampaignKind.NEW_LINK
    with pytest.raises(CannotApprove) as refused:
        approve(draft, by="Sam")
    assert "says how to join as it was before" in str(refused.value.findings[0].message)
    resume(sending.pk)  # the change has paused it
    finish(sending)
    assert len(send(draft)) == 5


def test_a_new_dial_in_waits_for_joining_details_without_a_link(
    invited: Event, topic: Topic
) -> None:
    person = Subscriber.objects.order_by("pk")[0]
    say(invited, person, RsvpAnswer.YES)
    Event.objects.filter(pk=invited.pk).update(join_url="", dial_in="+40 21 000 000")
    invited.refresh_from_db()
    steps = {each.step: each for each in draft_series(invited, topic=topic)}
    details = steps["details_day"]
    approve(details, by="Sam")
    launch_now(details)
    change_event(invited, dial_in="+40 21 111 111")
    (draft,) = [each for each in drafts(invited) if each.kind == CampaignKind.NEW_LINK]
    with pytest.raises(CannotApprove) as refused:
        approve(draft, by="Sam")
    assert "says how to join as it was before" in str(refused.value.findings[0].message)
    was = fingerprint(draft)
    Event.objects.filter(pk=invited.pk).update(dial_in="+40 21 222 222")
    assert fingerprint(Campaign.objects.get(pk=draft.pk)) != was


def test_those_who_come_are_told_the_newest_link(invited: Event) -> None:
    yes, no = Subscriber.objects.order_by("pk")[:2]
    say(invited, yes, RsvpAnswer.YES)
    say(invited, no, RsvpAnswer.NO)

    change_event(invited, join_url=SECOND)
    (draft,) = drafts(invited)
    assert "meet.example.org" not in str([each.blocks for each in draft.contents.all()])
    change_event(invited, join_url="https://meet.example.org/third")

    assert drafts(invited) == [draft]
    assert draft.kind == CampaignKind.NEW_LINK
    assert set(send(draft)) == {yes.email}
    (text,) = texts()
    assert "meet.example.org/third" in text
    assert not re.search(r"/rsvp/\S", text)  # of documents, the page that mails their link


@pytest.mark.parametrize("texts_of", [{}, {"fr": {"dial_in": "+33 1 00 00 00 01"}}])
def test_another_dial_in_is_told_too(invited: Event, texts_of: dict[str, object]) -> None:
    say(invited, Subscriber.objects.earliest("pk"), RsvpAnswer.YES)
    change_event(invited, dial_in="+40 21 000 001")
    Campaign.objects.filter(kind=CampaignKind.NEW_LINK).delete()

    change_event(invited, **({"texts": texts_of} if texts_of else {"dial_in": "+40 21 000 002"}))
    (draft,) = drafts(invited)
    assert draft.kind == CampaignKind.NEW_LINK
    if not texts_of:
        send(draft)
        assert "+40 21 000 002" in texts()[0]


def test_whoever_has_the_link_from_the_confirmation_alone_is_told(
    event: Event, draft: Campaign
) -> None:
    change_event(event, takes_answers=True)
    address = "ina@guests.example"
    Rsvp.objects.create(
        event=event, email=address, digest=address_digest(address), answer=RsvpAnswer.YES,
        answered_at=timezone.now(),
    )  # fmt: skip
    draft.delete()
    change_event(event, join_url=SECOND)
    (told,) = drafts(event)
    assert told.kind == CampaignKind.NEW_LINK
    send(told)
    assert tell_guests() == 1
    assert SECOND in TransactionalMessage.objects.get(kind="rsvp_joining_details").text


def test_whoever_got_the_link_before_the_event_asked_for_answers_is_told(
    event: Event, sending: Campaign
) -> None:
    finish(sending)
    change_event(event, takes_answers=True)
    declines = Subscriber.objects.earliest("pk")
    say(event, declines, RsvpAnswer.NO)
    change_event(event, join_url=SECOND)
    (draft,) = drafts(event)
    found = send(draft)
    assert len(found) == 4
    assert declines.email not in found
    assert all(SECOND in text for text in texts())
