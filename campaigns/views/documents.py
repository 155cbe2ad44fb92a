"""Documents of events: those for everybody, and those for whoever has a place."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns.event_states import DocumentAccess
from campaigns.events.documents.listing import document_of, documents_of
from campaigns.events.listing import public_events
from campaigns.models import EventDocument, Rsvp
from campaigns.rsvp.people import addressee_of
from campaigns.rsvp.person_of_link import rsvp_of_link
from campaigns.views.document_response import document_response
from campaigns.views.rsvp_steps import event_context, link_gone
from newsletter.core.requests.link_language import answer_in
from newsletter.core.requests.neutral_request import is_neutral
from newsletter.core.tokens import Purpose, read_token
from subscribers.views.neutral_button import behind_neutral_button

NEUTRAL_NAME = "document.pdf"
"""The title of a document would say on a person's device what it is about."""


@require_safe
def event_document(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give a public document of a public event to whoever asks."""
    document = get_object_or_404(
        EventDocument,
        pk=number,
        access=DocumentAccess.PUBLIC,
        event__in=public_events().filter(slug=slug),
    )
    response = document_response(document)
    if response is None:
        raise Http404
    return response


@behind_neutral_button
@require_safe
def answer_documents(request: HttpRequest, token: str) -> HttpResponse:
    """List the documents for whoever has a place, by the link in the email that confirmed it.

    Whoever has changed their answer since, or their address, has no such link any more. The page
    shows nothing of its owner. The email may be older than the documents, so there may be none yet.
    """
    rsvp = _owner(token)
    if rsvp is None:
        return link_gone(request)
    answer_in(request, addressee_of(rsvp).language)
    links = [
        (each, reverse("rsvp_document", args=[token, each.document.pk]))
        for each in documents_of(rsvp)
    ]
    shown = {**event_context(rsvp.event), "documents": links}
    return render(request, "campaigns/rsvp_documents.html", shown)


@behind_neutral_button
@require_safe
def answer_document(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Give one of those documents."""
    rsvp = _owner(token)
    document = document_of(rsvp, number) if rsvp else None
    name = NEUTRAL_NAME if is_neutral(request) else ""
    response = document_response(document, file_name=name) if document else None
    return response or link_gone(request)


def _owner(token: str) -> Rsvp | None:
    link = read_token(token, Purpose.RSVP_DOCUMENTS)
    made_at = datetime.fromtimestamp(link.context, UTC) if link else None
    rsvp = rsvp_of_link(link.subject, made_at=made_at) if link else None
    return rsvp if rsvp and rsvp.event.takes_place and rsvp.will_come else None
