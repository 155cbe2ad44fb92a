"""Pages by which one person answers one invitation.

The link of a campaign shows nothing stored and names nobody, because the email may have been
forwarded. An answer that was given is shown by a link that is mailed to its owner alone, for an
hour. Only a press of a button acts.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from campaigns.event_states import Attendance, RsvpAnswer, Seat
from campaigns.models import Rsvp
from campaigns.rsvp.answer import why_closed
from campaigns.rsvp.invitation import invitation_of
from campaigns.rsvp.people import addressee_of
from campaigns.rsvp.person_of_link import rsvp_of_link
from campaigns.rsvp.reply import not_offered_any_more, reply_again
from campaigns.views.rsvp_steps import (
    AskedPerson,
    answer_form,
    closed_page,
    give_answer,
    link_gone,
    offer_page,
)
from newsletter.core.requests.link_language import answer_in
from newsletter.core.tokens import Purpose, read_token
from newsletter.public_pages.version import public_version
from subscribers.views.neutral_button import behind_neutral_button
from subscribers.views.owner_link import refuse
from subscribers.views.public_page import posted, public_page


@behind_neutral_button
@public_page
def rsvp_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the event of an invitation and an empty form; on POST, record the answer."""
    if request.method == "POST":
        # First of all: it is asked for by the email and the page, and here also tells whether a
        # kept connection is well, for which Django would ask by a statement of its own.
        public_version()
    link = read_token(token, Purpose.RSVP)
    invitation = invitation_of(link.subject) if link else None
    if invitation is None:
        return link_gone(request)
    answer_in(request, invitation.language)
    return answer_form(request, AskedPerson(event=invitation.event, person=invitation.subscriber))


@behind_neutral_button
@public_page
def answer_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show an answer to its owner; on POST, change it."""
    link = read_token(token, Purpose.RSVP_ANSWER)
    rsvp = rsvp_of_link(link.subject, made_at=link.made_at) if link else None
    if rsvp is None:
        return refuse(request, token, Purpose.RSVP_ANSWER, again="rsvp_ask")
    answer_in(request, addressee_of(rsvp).language)
    return answer_form(request, _asked(rsvp, stored=rsvp))


@behind_neutral_button
@public_page
def place_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a place that is on offer; on POST, take it or leave it to the next."""
    rsvp = _of_dated_link(token, Purpose.RSVP_PLACE)
    if rsvp is None:
        return link_gone(request)
    answer_in(request, addressee_of(rsvp).language)
    return _offer(request, rsvp)


@behind_neutral_button
@public_page
def delegate_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a delegate to answer for themselves; on POST, record the answer.

    The page shows nothing stored, as that of an invitation.
    """
    rsvp = _of_dated_link(token, Purpose.RSVP_DELEGATE)
    if rsvp is None or not rsvp.is_delegate:
        return link_gone(request)
    answer_in(request, addressee_of(rsvp).language)
    return answer_form(request, _asked(rsvp, asks_consent=True))


def _of_dated_link(token: str, purpose: Purpose) -> Rsvp | None:
    """Return the answer of a link that says when it was made; None where it leads nowhere."""
    link = read_token(token, purpose)
    if link is None:
        return None
    return rsvp_of_link(link.subject, made_at=datetime.fromtimestamp(link.context, UTC))


def _offer(request: HttpRequest, rsvp: Rsvp) -> HttpResponse:
    asked, now = _asked(rsvp), timezone.now()
    closed = why_closed(rsvp.event, now=now)
    if closed is not None:
        return closed_page(request, asked, closed)
    is_open = rsvp.seat == Seat.OFFERED and rsvp.offered_until and rsvp.offered_until > now
    said = posted(request).get("answer") if request.method == "POST" else None
    if not is_open or said not in (RsvpAnswer.YES, RsvpAnswer.NO):
        return offer_page(request, asked, rsvp, is_open=bool(is_open))
    # What they said beside their answer stays as it was; a place on offer is one in the room.
    answer = RsvpAnswer(said)
    reply = reply_again(answer, rsvp, rsvp.event, otherwise=Attendance.IN_PERSON)
    left_out = not_offered_any_more(rsvp, rsvp.event) if answer is RsvpAnswer.YES else []
    return give_answer(request, asked, reply, left_out=left_out)


def _asked(rsvp: Rsvp, *, stored: Rsvp | None = None, asks_consent: bool = False) -> AskedPerson:
    return AskedPerson(
        event=rsvp.event,
        person=rsvp.subscriber or rsvp,
        stored=stored,
        is_delegate=rsvp.is_delegate,
        # By the link to their answer, too, if they haven't come by the page that asks them.
        asks_consent=asks_consent or (rsvp.is_delegate and not rsvp.agreed_words),
    )
