"""The single messages about answers to invitations, one function a message.

Nothing of what people wrote beside their answer goes into any of them: not their needs, not their
note, and of a delegate nothing but the name.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from campaigns.event_states import Attendance, Seat
from campaigns.events.local_time import UTC_ZONES, event_time, moment_written, utc_beside
from campaigns.events.moved import moved_in_words
from campaigns.models import Event, Rsvp
from campaigns.rsvp.joining import joining_of
from campaigns.rsvp.people import Addressee, addressee_of
from campaigns.rsvp.urls_in_mail import (
    answer_url,
    calendar_url,
    delegate_url,
    place_url,
    rsvp_page_url,
)
from newsletter.brand.current import brand_of_pages
from newsletter.core.catalogues import in_words_of
from newsletter.core.dates import as_line
from newsletter.core.web_addresses import without_links
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from newsletter.states import Trust
from subscribers.consent.mail import mail_language
from subscribers.consent.urls_in_mail import never_again_url
from subscribers.suppression.policy import may_receive_notices


def send_confirmation(rsvp: Rsvp) -> TransactionalMessage | None:
    """Confirm an answer to its owner, each time, because somebody else may have given it.

    Whoever will come gets the meeting link, the dial-in and links to documents for participants.
    """
    language = _language(addressee_of(rsvp))
    with in_words_of(language):
        context = {
            "answer": str(rsvp.get_answer_display()),
            "attends": _attends(rsvp),
            "seat": seat_in_words(rsvp),
            **_way_in(rsvp),
        }
    return _send(
        "rsvp_confirmation",
        rsvp,
        context
        | {
            "answer_url": answer_url(rsvp),
            "rsvp_page_url": rsvp_page_url(rsvp.event),
        },
    )


def _way_in(rsvp: Rsvp) -> dict[str, Any]:
    joining = joining_of(rsvp)
    if joining is None:
        return {}
    return {
        "join_url": joining.join_url,
        "dial_in": joining.dial_in.splitlines(),
        "documents_url": joining.documents_url,
        "calendar_url": calendar_url(rsvp.event),
    }


def tell_of_places(*, offered: Iterable[Rsvp], lapsed: Iterable[Rsvp]) -> None:
    """Tell people that a place is kept for them, or isn't any more. The event is locked.

    Somebody who is being erased at this moment is told nothing.
    """
    for rsvp in _still_there(offered):
        send_place_offered(rsvp)
    for rsvp in _still_there(lapsed):
        send_place_lapsed(rsvp)


def send_place_offered(rsvp: Rsvp) -> TransactionalMessage | None:
    """Offer a place to somebody who waited for one, and say until when it is kept."""
    return _send(
        "rsvp_place_offered",
        rsvp,
        {"until": _moment(rsvp.offered_until, rsvp), "place_url": place_url(rsvp)},
    )


def send_place_lapsed(rsvp: Rsvp) -> TransactionalMessage | None:
    """Say that a place which was on offer goes to somebody else."""
    return _send("rsvp_place_lapsed", rsvp, {"rsvp_page_url": rsvp_page_url(rsvp.event)})


def send_delegate_notice(rsvp: Rsvp) -> TransactionalMessage | None:
    """Ask a delegate, once, whether they come in somebody's place.

    It holds nothing of whoever named them but the name that they typed, and that leads nowhere.
    """
    digest = addressee_of(rsvp).digest
    return _send(
        "rsvp_delegate",
        rsvp,
        {
            "name": without_links(rsvp.full_name),
            "until": _moment(rsvp.offered_until, rsvp),
            "delegate_url": delegate_url(rsvp),
            "never_again_url": never_again_url(digest),
        },
    )


def send_joining_details(rsvp: Rsvp, *, is_changed: bool = False) -> TransactionalMessage | None:
    """Tell somebody who comes, and whom no campaign reaches, how to join.

    Args:
        is_changed: whether they were told another way before.
    """
    with in_words_of(_language(addressee_of(rsvp))):
        context = {
            **_way_in(rsvp),
            "is_changed": is_changed,
            "rsvp_page_url": rsvp_page_url(rsvp.event),
        }
    return _send("rsvp_joining_details", rsvp, context)


def send_event_changed(rsvp: Rsvp) -> TransactionalMessage | None:
    """Tell whoever answered, or was named, that an event is changed or cancelled."""
    # Whoever was named and is silent has no answer to change, but the link that asked them, and
    # never asked for mail.
    of_person = (
        {"rsvp_page_url": rsvp_page_url(rsvp.event)}
        if rsvp.answer
        else {"never_again_url": never_again_url(addressee_of(rsvp).digest)}
    )
    context = {"is_cancelled": not rsvp.event.takes_place, **of_person}
    return _send("rsvp_event_changed", rsvp, context)


def seat_in_words(rsvp: Rsvp) -> str:
    """Say in the active language which place somebody has, or waits for; "" where there is none.

    There are no places at an event that is cancelled or over, and none to wait for once it begins.
    """
    event, has_place = rsvp.event, rsvp.seat == Seat.TAKEN
    if not event.takes_place or timezone.now() >= (event.ends_at if has_place else event.starts_at):
        return ""
    match rsvp.seat:
        case Seat.TAKEN:
            return gettext("You have a place.")
        case Seat.WAITING:
            return gettext(
                "All places are taken, so you are on the waiting list. We’ll email you when a "
                "place becomes free. To leave the list, change your answer to no."
            )
        case Seat.OFFERED:
            return gettext("A place is kept for you. Use the link in our email to take it.")
        case Seat.LAPSED:
            return gettext("The place that was kept for you has gone to somebody else.")
    return ""


def about_event(event: Event, *, time_zone: str, language: str) -> dict[str, Any]:
    """Return what a message says of an event: title, times and place, in the active language."""
    zone = event.time_zone
    utc = "" if zone in UTC_ZONES and not time_zone else utc_beside(event, time_zone, language)
    return {
        "title": event.local_title,
        "when": as_line(event_time(event, time_zone, language)),
        "utc": as_line(utc),
        "moved": moved_in_words(event, language=language, time_zone=time_zone),
        "where": event.local_venue or gettext("Online"),
        "address": event.local_address.splitlines(),
    }


def _attends(rsvp: Rsvp) -> str:
    """Say how somebody takes part, where the event leaves a choice."""
    is_a_choice = rsvp.event.attendance == Attendance.HYBRID and rsvp.attends
    return str(Attendance(rsvp.attends).label) if is_a_choice else ""


def _moment(moment: datetime | None, rsvp: Rsvp) -> str:
    addressee = addressee_of(rsvp)
    zone = addressee.time_zone or rsvp.event.time_zone
    return moment_written(moment, zone, _language(addressee)) if moment else ""


def _still_there(rsvps: Iterable[Rsvp]) -> Iterable[Rsvp]:
    ids = [rsvp.pk for rsvp in rsvps]
    if not ids:
        return []
    return Rsvp.objects.filter(pk__in=ids).select_related("event", "subscriber").order_by("pk")


def _send(kind: str, rsvp: Rsvp, context: Mapping[str, Any]) -> TransactionalMessage | None:
    addressee = addressee_of(rsvp)
    if not may_receive_notices(addressee.digest):
        return None
    language = _language(addressee)
    with in_words_of(language):
        about = about_event(rsvp.event, time_zone=addressee.time_zone, language=language)
    rendered = render_notice(
        kind, {"language": language, **about, **context}, brand=brand_of_pages()
    )
    return queue_message(
        kind,
        to=addressee.email,
        rendered=rendered,
        topic_id=rsvp.event.topic_id,
        trust=Trust.AWAITED,
    )


def _language(addressee: Addressee) -> str:
    return mail_language(addressee.language) or settings.CONTENT_LANGUAGES[0]
