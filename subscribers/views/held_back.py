"""The answers to a form that must bring proof of work first, or can't be taken at all."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join

from newsletter.core.addresses import BadAddress, parse_address
from subscribers.consent.admission import Admission, Answer, ask_early
from subscribers.consent.form_limits import Asked
from subscribers.consent.proof_of_work import as_json, is_waiting_pass, looks_like_proof
from subscribers.consent.seen_limits import own_seen
from subscribers.views.public_page import network_of_request
from subscribers.views.step_pages import step_page

ASKED_TO_PROVE = 429
"""Too many requests (RFC 6585 section 4): programs see that they are not done."""
CLOSED = 503
RETRY_AFTER = 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class HeldBackPages:
    """The two pages, as the place of a form needs them."""

    prove: str
    closed: str


WHOLE = HeldBackPages("subscribers/prove.html", "subscribers/closed.html")
FRAMED = HeldBackPages("subscribers/prove_embed.html", "subscribers/closed_embed.html")


def answer_early(
    request: HttpRequest, *, form: str, fields: Collection[str], pages: HeldBackPages = WHOLE
) -> HttpResponse | None:
    """Answer a form before it is checked, where the ones before it had to bring proof.

    A mistake is told once the proof is there; but one in the address at once, as the answer is
    made for the address.

    Args:
        form: the form's name, by which its limits are counted.
        fields: as `answer_held_back` takes them.

    Returns:
        None: the form must be looked at as a whole.
    """
    if not own_seen().are_any_used_up():
        return None  # as nearly always: then it is read once, by the form
    said = request.POST
    try:
        address = parse_address(said.get("email", ""))
    except BadAddress:
        return None
    if looks_like_proof(said.get("altcha", ""), form=form):
        return None
    if is_waiting_pass(said.get("waiting", ""), address=address, form=form):
        return None
    asked = Asked(form=form, network=network_of_request(request), address=address)
    admission = ask_early(asked)
    if admission is None:
        return None
    return answer_held_back(request, admission, fields=fields, pages=pages)


def answer_held_back(
    request: HttpRequest,
    admission: Admission,
    *,
    fields: Collection[str],
    pages: HeldBackPages = WHOLE,
) -> HttpResponse:
    """Answer a form that was not taken.

    Args:
        admission: whose answer is PROVE or CLOSED.
        fields: names of the form's fields, which the page brings back as they were filled in.
    """
    if admission.answer is Answer.CLOSED:
        answer = render(request, pages.closed, status=CLOSED)
        answer["Retry-After"] = str(RETRY_AFTER)
        return _without_log(answer)
    carried = (
        (name, value) for name, values in request.POST.lists() if name in fields for value in values
    )
    page = step_page(
        request,
        pages.prove,
        {
            "action": request.get_full_path(),
            "carried": format_html_join("", _HIDDEN, carried),
            "challenge": as_json(admission.challenge or {}),
            "waiting_pass": admission.waiting_pass,
        },
    )
    return _without_log(HttpResponse(page, status=ASKED_TO_PROVE))


_HIDDEN = '<input type="hidden" name="{}" value="{}">'


def _without_log(answer: HttpResponse) -> HttpResponse:
    """Keep a flood of answers from being a flood of lines in the log; the dashboard counts them."""
    answer._has_been_logged = True  # type: ignore[attr-defined]  # read by django.utils.log
    return answer
