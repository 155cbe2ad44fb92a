"""The answers to a form that must bring proof of work first, or can't be taken at all."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from subscribers.consent.admission import Admission, Answer
from subscribers.consent.proof_of_work import as_json

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
    context = {
        "carried": [
            (name, value)
            for name, values in request.POST.lists()
            if name in fields
            for value in values
        ],
        "challenge": as_json(admission.challenge or {}),
        "waiting_pass": admission.waiting_pass,
    }
    return _without_log(render(request, pages.prove, context, status=ASKED_TO_PROVE))


def _without_log(answer: HttpResponse) -> HttpResponse:
    """Keep a flood of answers from being a flood of lines in the log; the dashboard counts them."""
    answer._has_been_logged = True  # type: ignore[attr-defined]  # read by django.utils.log
    return answer
