"""Entering the answer of somebody who telephoned, and the page of one answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.edit_conflict import EditConflict
from campaigns.event_states import RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import visible_answers
from campaigns.rsvp.answer import CannotAnswer, Closed, why_closed
from campaigns.rsvp.enter import EnteredAnswer, answer_version, enter_answer, known_person
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import BadReply, Reply
from campaigns.rsvp.respond import NobodyToAnswer
from campaigns.rsvp.seats import has_free_seat
from campaigns.studio.answers.answers_page import ENTER, SEE, answers_context
from campaigns.studio.answers.delegates import sender_of, with_delegates
from campaigns.studio.answers.enter_form import EnteredAnswerForm, GivenAnswerForm
from campaigns.studio.answers.rows import answer_rows
from campaigns.studio.event_view import event_url, event_view
from newsletter.core.addresses import address_digest
from subscribers.countries import refresh_bodies
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import hidden_people
from subscribers.views.public_page import UNPROCESSABLE

FULL = "All places are taken, and this event has no waiting list."
NEEDS_NAME = "Enter the name. This address isn’t a subscriber’s."
NEEDS_ANSWER = (
    "This address isn’t known here, so nobody can be sent in its owner’s place. Enter the answer "
    "of the person who comes."
)
PERHAPS_TOLD = "An email confirms it, if this address gets our email and the event isn’t over."
CLOSED = {
    Closed.NOT_ASKED: "This event doesn’t ask for answers. You can change that on its page.",
    Closed.CANCELLED: "This event is cancelled, so it takes no answers.",
}
"""The reasons for which staff can't enter an answer, either."""


@event_view("GET", "POST", permission=ENTER, to_read=ENTER)
def enter(request: HttpRequest, event: Event) -> HttpResponse:
    """Enter an answer that somebody gave by telephone."""
    asks_delegate = why_closed(event, now=timezone.now()) is None
    if request.method != "POST":
        return _entry(request, event, EnteredAnswerForm(event=event, asks_delegate=asks_delegate))
    form = EnteredAnswerForm(request.POST, event=event, asks_delegate=asks_delegate)
    if not form.is_valid():
        return _entry(request, event, form, status=UNPROCESSABLE)
    guest = form.guest
    is_hidden = bool(hidden_people(request.user, [address_digest(guest.email)]))
    person: Subscriber | Rsvp | Guest | None = known_person(event, guest.email)
    # Whoever may not be known is asked for by name, as a stranger is. Nor is it said whether they
    # come in somebody's place, so that they can name nobody.
    is_known, reply = person is not None and not is_hidden, form.reply
    if not is_known:
        if not guest.full_name:
            form.add_error("full_name", NEEDS_NAME)
        if reply.answer is RsvpAnswer.DELEGATE:
            form.add_error("answer", NEEDS_ANSWER)
        if _would_wait(event, reply) and not event.has_waiting_list:
            form.add_error(None, FULL)  # also where they have a place
    if form.errors:
        return _entry(request, event, form, status=UNPROCESSABLE)
    # Nor is it said that they have answered already.
    seen = None if is_hidden else request.POST.get("overwrite", "")
    waits = None if is_known else _would_wait(event, reply)
    return _save(request, event, form, of=person or guest, seen=seen, again=_entry, waits=waits)


@event_view("GET", "POST", permission=ENTER, to_read=SEE)
def answer(request: HttpRequest, event: Event, rsvp_id: int) -> HttpResponse:
    """Show one answer; on POST, change it."""
    known = visible_answers(event, request.user).select_related("subscriber")
    rsvp = get_object_or_404(known, pk=rsvp_id)
    asks_delegate = why_closed(event, now=timezone.now()) is None

    def page(
        request: HttpRequest, event: Event, form: GivenAnswerForm, **more: Any
    ) -> HttpResponse:
        return _answer_page(request, event, form, rsvp=rsvp, **more)

    if request.method != "POST":
        return page(
            request, event, GivenAnswerForm(event=event, rsvp=rsvp, asks_delegate=asks_delegate)
        )
    form = GivenAnswerForm(request.POST, event=event, rsvp=rsvp, asks_delegate=asks_delegate)
    if not form.is_valid():
        return page(request, event, form, status=UNPROCESSABLE)
    seen = request.POST.get("overwrite") or request.POST.get("seen", "")
    return _save(request, event, form, of=rsvp.subscriber or rsvp, seen=seen, again=page)


def _save(
    request: HttpRequest,
    event: Event,
    form: GivenAnswerForm,
    *,
    of: Subscriber | Rsvp | Guest,
    seen: str | None,
    again: Any,
    waits: bool | None = None,
) -> HttpResponse:
    """Record what a form without errors says, or show the form again with the reason.

    Args:
        waits: of somebody who isn't known, whether they wait for a place. Nothing else is told of
            them, or it would tell of whoever may not be known. None: the person is known.
    """
    names = "delegate_email" in form.fields
    language = of.language
    try:
        entered = enter_answer(
            event.pk,
            of=of,
            reply=form.reply,
            seen=seen,
            delegate=form.delegate(language=language) if names else None,
        )
    except EditConflict as conflict:
        page: HttpResponse = again(request, event, form, newer=conflict.newer, status=409)
        return page
    except BadReply as error:
        form.add_error(error.field, str(error.problem))
    except CannotAnswer as error:
        form.add_error(None, CLOSED.get(error.reason, FULL))
    except NobodyToAnswer:
        messages.error(request, "Nothing was saved: this person’s data was erased meanwhile.")
        return redirect(event_url("answers", event))
    else:
        _say(request, entered, waits=waits)
        return redirect(event_url("answers", event))
    refused: HttpResponse = again(request, event, form, status=UNPROCESSABLE)
    return refused


def _say(request: HttpRequest, entered: EnteredAnswer, *, waits: bool | None) -> None:
    """Say what was saved. The words name nobody: they wait in a cookie for the next page."""
    if waits is not None:
        mail = PERHAPS_TOLD
    elif not entered.answered.is_new:
        messages.info(request, "Nothing was changed: this was the answer already.")
        return
    else:
        waits = entered.rsvp.seat == Seat.WAITING
        mail = (
            "An email confirms it to them."
            if entered.is_told
            else "No email confirms it to them: their address gets none, or the event is over."
        )
    if waits:
        messages.warning(
            request,
            f"Answer saved. All places are taken, so this person is on the waiting list. {mail}",
        )
    else:
        messages.success(request, f"Answer saved. {mail}")


def _would_wait(event: Event, reply: Reply) -> bool:
    """Return whether somebody new who gives this answer waits for a place."""
    wants_place = reply.answer is RsvpAnswer.YES and event.needs_place(reply.attends)
    return wants_place and not has_free_seat(event, now=timezone.now())


def _entry(
    request: HttpRequest, event: Event, form: GivenAnswerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = answers_context(
        request, event, f"Enter an answer: {event.title}", form=form, **_standing(event), **more
    )
    return TemplateResponse(request, "studio/answers/enter.html", context, status=status)


def _answer_page(
    request: HttpRequest,
    event: Event,
    form: GivenAnswerForm,
    *,
    rsvp: Rsvp,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    refresh_bodies()
    [row] = with_delegates(answer_rows([rsvp], request), event, request)
    context = answers_context(
        request,
        event,
        f"Answer of {row.who}",
        form=form,
        row=row,
        named_by=sender_of(rsvp, event, request),
        seen=request.POST.get("seen") or answer_version(rsvp),
        **_standing(event),
        **more,
    )
    return TemplateResponse(request, "studio/answers/answer.html", context, status=status)


def _standing(event: Event) -> dict[str, Any]:
    """Return what whoever enters an answer should know of the event at this moment."""
    now = timezone.now()
    closed = why_closed(event, now=now)
    return {
        "cannot": CLOSED.get(closed, "") if closed else "",
        "is_late": closed in (Closed.TOO_LATE, Closed.OVER),
        "is_full": not has_free_seat(event, now=now),
    }
