"""The single messages about answers to invitations, sent to Mina."""

import uuid
from datetime import timedelta

from django.utils import timezone

from campaigns.event_states import RsvpAnswer, Seat
from campaigns.models import Campaign, Event, Rsvp
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.mail import (
    send_event_changed,
    send_joining_details,
    send_place_lapsed,
    send_place_offered,
)
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.request_link import store_rsvp_request
from campaigns.rsvp.respond import respond
from subscribers.consent.submissions import handle_submission
from subscribers.models import Subscriber


def send_about_answers(campaign: Campaign, mina: Subscriber) -> None:
    """Answer the invitation of a campaign for her, and offer her a place at another event."""
    event = campaign.event
    assert event is not None
    event.takes_answers = True
    event.save()
    other = Subscriber.objects.get(email="mina.confirmed@quux.example")
    delegate = Guest(email="mina.delegate@quux.example", full_name=mina.full_name, language="en")
    respond(event.pk, person=other, reply=Reply(answer=RsvpAnswer.DELEGATE), delegate=delegate)
    respond(event.pk, person=mina, reply=Reply(answer=RsvpAnswer.YES))
    handle_submission(store_rsvp_request(mina.email).pk)
    send_place_lapsed(Rsvp.objects.get(event=event, subscriber=mina))
    send_joining_details(Rsvp.objects.get(event=event, subscriber=mina))
    send_event_changed(Rsvp.objects.get(event=event, subscriber=mina))
    visit = Event.objects.get(pk=event.pk)
    visit.pk, visit.uid, visit.slug, visit.capacity = None, uuid.uuid4(), "visit", 1
    visit.save()
    offered = Rsvp.objects.create(
        event=visit,
        subscriber=mina,
        answer=RsvpAnswer.YES,
        attends=visit.attendance,
        seat=Seat.OFFERED,
        offered_until=timezone.now() + timedelta(days=2),
    )
    send_place_offered(offered)
