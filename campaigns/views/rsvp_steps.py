"""The pages of one answer that all links to it share: the form, what was recorded, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext

from campaigns.event_states import RsvpAnswer, RsvpSource
from campaigns.events.listing import list_events
from campaigns.events.local_time import moment_written
from campaigns.events.moved import moved_in_words
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import CannotAnswer, Closed, why_closed
from campaigns.rsvp.joining import joining_of
from campaigns.rsvp.limits import TooManyChanges, TooManyDelegates
from campaigns.rsvp.mail import seat_in_words
from campaigns.rsvp.reply import BadReply, Reply
from campaigns.rsvp.respond import CannotConfirm, NobodyToAnswer, respond
from campaigns.rsvp.seats import has_free_seat
from campaigns.views.rsvp_form import RsvpForm, stored_values
from newsletter.brand.current import current_brand
from newsletter.core.bidi import isolated
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.models import Subscriber
from subscribers.suppression.policy import may_receive_notices
from subscribers.views.public_page import UNPROCESSABLE, posted

NOT_FOUND, CONFLICT, TOO_MANY_REQUESTS = 404, 409, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPerson:
    """Whom a link asks for an answer, and to what.

    Args:
        person: a subscriber, or the answer of a guest.
        stored: the answer that the page may show; None where it shows nothing stored.
        is_delegate: whether somebody named them to come in their place, as their link tells.
        asks_consent: whether they haven't agreed yet that we keep what another person gave us.
    """

    event: Event
    person: Subscriber | Rsvp
    stored: Rsvp | None = None
    is_delegate: bool = False
    asks_consent: bool = False

    def form(self, data: QueryDict | None = None) -> RsvpForm:
        """Return the form of the answer."""
        stored = self.stored
        return RsvpForm(
            data,
            event=self.event,
            initial=stored_values(stored) if stored else None,
            may_delegate=not self.is_delegate,
            has_delegate=stored is not None and stored.answer == RsvpAnswer.DELEGATE,
            words=delegate_words() if self.asks_consent else "",
        )


def delegate_words() -> str:
    """Return the words to which a delegate agrees, in the active language."""
    return gettext(
        "I agree that %(brand)s keeps my name, my address and my answer to prepare this event."
    ) % {"brand": isolated(current_brand().name, get_language() or "en")}


def answer_form(request: HttpRequest, asked: AskedPerson) -> HttpResponse:
    """Show the form, or why there is none; on POST, record the answer."""
    closed = why_closed(asked.event, now=timezone.now())
    if closed is not None:
        return closed_page(request, asked, closed)
    if not may_receive_notices(asked.person.digest):
        return _page(request, "campaigns/rsvp_unconfirmable.html", asked, status=CONFLICT)
    if request.method != "POST":
        return _form(request, asked, asked.form())
    form = asked.form(posted(request))
    if not form.is_valid():
        return _form(request, asked, form, status=UNPROCESSABLE)
    return give_answer(request, asked, form.reply, form=form)


def give_answer(
    request: HttpRequest,
    asked: AskedPerson,
    reply: Reply,
    *,
    form: RsvpForm | None = None,
    left_out: Sequence[str] = (),
) -> HttpResponse:
    """Record an answer, and say what was recorded.

    Args:
        form: in which it was given; it comes back where all places are taken.
        left_out: what the person had chosen and isn't offered any more.
    """
    try:
        done = respond(
            asked.event.pk,
            person=asked.person,
            reply=reply,
            source=RsvpSource.DELEGATE if asked.is_delegate else RsvpSource.LINK,
            delegate=form.delegate(language=get_language() or "") if form else None,
            agreed_words=form.words if form and form.cleaned_data.get("agree") else "",
        )
    except NobodyToAnswer:
        return link_gone(request)
    except CannotConfirm:
        return _page(request, "campaigns/rsvp_unconfirmable.html", asked, status=CONFLICT)
    except TooManyChanges as error:
        why = {"too_many_delegates": isinstance(error, TooManyDelegates)}
        return _page(request, "campaigns/rsvp_too_often.html", asked, why, status=TOO_MANY_REQUESTS)
    except BadReply as error:
        if form is None:
            raise
        form.add_error(error.field, str(error.problem))
        return _form(request, asked, form, status=UNPROCESSABLE)
    except CannotAnswer as error:
        if error.reason is Closed.FULL and form is not None:
            return _form(request, asked, form, status=CONFLICT)
        return closed_page(request, asked, error.reason)
    rsvp, seat = done.rsvp, seat_in_words(done.rsvp)
    # It names nobody, and is the same for all who answer alike.
    return page_for_one(
        request,
        "campaigns/rsvp_done.html",
        shape=(asked.event.pk, rsvp.answer, seat, *left_out),
        context=lambda: {
            **event_context(asked.event),
            "rsvp": rsvp,
            "seat": seat,
            "left_out": left_out,
        },
    )


def closed_page(request: HttpRequest, asked: AskedPerson, reason: Closed) -> HttpResponse:
    """Say why an event takes no answers. To whoever may see it, show what they had answered."""
    status = CONFLICT if request.method == "POST" else 200
    return _page(request, "campaigns/rsvp_closed.html", asked, {"reason": reason}, status=status)


def offer_page(
    request: HttpRequest, asked: AskedPerson, rsvp: Rsvp, *, is_open: bool
) -> HttpResponse:
    """Show the place that is kept for somebody, or that it isn't any more."""
    until = rsvp.offered_until
    zone, language = asked.event.time_zone, get_language() or "en"
    context = {
        "is_open": is_open,
        "kept_until": moment_written(until, zone, language) if until else "",
    }
    status = UNPROCESSABLE if is_open and request.method == "POST" else 200
    return _page(request, "campaigns/rsvp_place.html", asked, context, status=status)


def link_gone(request: HttpRequest) -> HttpResponse:
    """Answer a link that leads nowhere: forged, cut, or of somebody who isn't known any more."""
    return page_for_one(request, "subscribers/link_gone.html", status=NOT_FOUND)


def event_context(event: Event) -> dict[str, object]:
    """Return what a page about answers shows of an event."""
    language = get_language() or "en"
    (line,) = list_events([event], language=language)
    until = event.answers_until
    return {
        "event": event,
        "line": line,
        "moved": moved_in_words(event, language=language),
        "until": moment_written(until, event.time_zone, language) if until else "",
    }


def _form(
    request: HttpRequest, asked: AskedPerson, form: RsvpForm, *, status: int = 200
) -> HttpResponse:
    is_full = not has_free_seat(asked.event, now=timezone.now())
    context = {
        "form": form,
        "is_full": is_full,
        "is_refused": status == CONFLICT,
        "is_delegate": asked.is_delegate,
    }
    return _page(request, "campaigns/rsvp.html", asked, context, status=status)


def _page(
    request: HttpRequest,
    template: str,
    asked: AskedPerson,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    shown = {**event_context(asked.event), "stored": asked.stored, **(context or {})}
    if asked.stored:
        shown["stored_seat"] = seat_in_words(asked.stored)
        shown["joining"] = joining_of(asked.stored)
    return render(request, template, shown, status=status)
