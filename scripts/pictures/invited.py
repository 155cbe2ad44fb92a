"""People of the photographed installation who are invited to an event."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from campaigns.event_states import Attendance, DocumentAccess, RsvpAnswer, RsvpSource, Seat
from campaigns.models import Campaign, Delivery, Event, EventDocument, Rsvp
from campaigns.rsvp.urls_in_mail import (
    answer_url,
    answers_url_of,
    delegate_url,
    documents_path,
    place_url,
    rsvp_url,
)
from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber, Topic
from subscribers.states import ArchiveAccess


def invited(tag: str, confirmed: Callable[[str, str], Subscriber]) -> dict[str, str]:
    """Invite three people to a forum with one place: one has answered, one is offered the place.

    Args:
        tag: their language.
        confirmed: makes a subscriber of a language and a name.
    """
    forum = Event.objects.filter(is_public=True).order_by("starts_at").last()
    assert forum is not None
    number = Event.objects.filter(slug__startswith="picture-").count()
    forum.pk, forum.uid, forum.slug = None, uuid.uuid4(), f"picture-{number}"
    forum.is_public, forum.takes_answers, forum.capacity = False, True, 1
    forum.attendance, forum.interpretation = Attendance.HYBRID, ["fr", "ar"]
    forum.save()
    topic = Topic.objects.filter(is_public=True)[0]
    campaign = Campaign.objects.create(
        name="Forum",
        topic=topic,
        event=forum,
        launched_at=timezone.now(),
        archive_access=ArchiveAccess.NONE,
    )
    paths = {}
    for name in ("invited", "listed"):
        person = confirmed(tag, name)
        delivery = Delivery.objects.create(campaign=campaign, subscriber=person, language=tag)
        paths[name] = _path(rsvp_url(delivery.pk))
        if name == "listed":
            paths["my answers"] = _path(answers_url_of(person))
    offered = Rsvp.objects.create(
        event=forum,
        subscriber=confirmed(tag, "offered"),
        answer=RsvpAnswer.YES,
        attends=Attendance.IN_PERSON,
        seat=Seat.OFFERED,
        offered_until=timezone.now() + timedelta(days=2),
    )
    over = Event.objects.get(pk=forum.pk)
    over.pk, over.uid, over.slug = None, uuid.uuid4(), f"picture-{number + 1}"
    # The clock derives the moment again from the time at the place.
    over.answers_until = over.local_answers_until = timezone.now() - timedelta(days=1)
    over.save()
    late = Rsvp.objects.create(event=over, subscriber=confirmed(tag, "late"), answer=RsvpAnswer.YES)
    open_to_all = Event.objects.get(pk=forum.pk)
    open_to_all.pk, open_to_all.uid, open_to_all.slug = None, uuid.uuid4(), f"picture-{number + 2}"
    open_to_all.capacity = None
    open_to_all.save()
    EventDocument.objects.create(
        event=open_to_all,
        title="Agenda",
        access=DocumentAccess.ACCEPTED,
        file=uuid.uuid4().hex,
        size=40_000,
    )
    came = Rsvp.objects.create(
        event=open_to_all, subscriber=confirmed(tag, "comes"), answer=RsvpAnswer.YES
    )
    email = f"delegate.{tag}@example.org"
    delegate = Rsvp.objects.create(
        event=forum,
        email=email,
        digest=address_digest(email),
        full_name="Lea Novak",
        language=tag,
        source=RsvpSource.DELEGATE,
    )
    return {
        "delegate": _path(delegate_url(delegate)),
        "rsvp": paths["invited"],
        "my answers": paths["my answers"],
        "documents": documents_path(came),
        "place offered": _path(place_url(offered)),
        "stored answer": _path(answer_url(offered)),
        "rsvp, too late": _path(answer_url(late)),
    }


def _path(url: str) -> str:
    return urlsplit(url).path
