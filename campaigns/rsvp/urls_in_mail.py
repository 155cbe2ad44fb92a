"""The URLs of pages about answers to invitations, as they stand in mail.

The link of a campaign records an answer and shows nothing stored, so it doesn't expire. What shows
an answer opens for an hour.
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from campaigns.events.calendar import links_file
from campaigns.models import Event, Rsvp
from newsletter.core.requests.page_language import path_of
from newsletter.core.tokens import Purpose, make_expiring_token, make_token
from subscribers.consent.urls_in_mail import time_of_link_to
from subscribers.models import Subscriber


def rsvp_page_url(event: Event | None = None) -> str:
    """Return the page on which anybody may ask for the link to their own answers.

    It says nothing of its reader, because it stands where everybody reads it.

    Args:
        event: the one that the mail is about, which the page shows then.
    """
    page = f"{settings.SITE_URL}/rsvp/"
    return f"{page}?event={make_token(Purpose.RSVP_ASK, event.pk)}" if event else page


def rsvp_url(delivery_id: int) -> str:
    """Return the page on which the recipient of a campaign answers its invitation."""
    return f"{settings.SITE_URL}/rsvp/{make_token(Purpose.RSVP, delivery_id)}/"


def answer_url(rsvp: Rsvp) -> str:
    """Return the page that shows and changes one answer, for an hour."""
    token = make_expiring_token(Purpose.RSVP_ANSWER, rsvp.pk, now=_made_at(rsvp))
    return f"{settings.SITE_URL}/rsvp/answers/{token}/"


def answers_url_of(person: Subscriber | Rsvp) -> str:
    """Return the page that lists the invitations and answers of a person, for an hour.

    Args:
        person: a subscriber, or one of the answers of a guest.
    """
    if isinstance(person, Subscriber):
        token = make_expiring_token(Purpose.RSVPS, person.pk, now=time_of_link_to(person))
    else:
        token = make_expiring_token(Purpose.GUEST_RSVPS, person.pk)
    return f"{settings.SITE_URL}/rsvp/mine/{token}/"


def place_url(rsvp: Rsvp) -> str:
    """Return the page on which a place that is on offer is taken."""
    made_at = int(_made_at(rsvp).timestamp())
    return f"{settings.SITE_URL}/rsvp/place/{make_token(Purpose.RSVP_PLACE, rsvp.pk, made_at)}/"


def delegate_url(rsvp: Rsvp) -> str:
    """Return the page on which a delegate answers for themselves."""
    token = make_token(Purpose.RSVP_DELEGATE, rsvp.pk, int(_made_at(rsvp).timestamp()))
    return f"{settings.SITE_URL}/rsvp/delegate/{token}/"


def documents_path(rsvp: Rsvp) -> str:
    """Return the path of the documents for whoever has a place, as long as they have it."""
    made_at = int(_made_at(rsvp).timestamp())
    token = make_token(Purpose.RSVP_DOCUMENTS, rsvp.pk, made_at)
    return f"/rsvp/documents/{token}/"


def calendar_url(event: Event) -> str:
    """Return the event's calendar file, in the active language; "" where none is to be linked."""
    return settings.SITE_URL + path_of("event_ics", event.slug) if links_file(event) else ""


def _made_at(rsvp: Rsvp) -> datetime:
    return time_of_link_to(rsvp.subscriber) if rsvp.subscriber else timezone.now()
