"""Accepting an invitation to follow a topic, by the link that staff had mailed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsletter.core.tokens import Purpose, read_token
from subscribers.consent.consent_wording import invitation_words
from subscribers.invitations.accept import accept_invitation, open_invitation
from subscribers.views.neutral_button import behind_neutral_button
from subscribers.views.public_page import network_of_request, public_page

NOT_FOUND, GONE = 404, 410


@behind_neutral_button
@public_page
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one is invited to; on POST, accept it."""
    link = read_token(token, Purpose.INVITATION)
    if link is None:
        return render(request, "subscribers/link_gone.html", status=NOT_FOUND)
    if request.method == "POST":
        topic = accept_invitation(link.subject, network=network_of_request(request))
        if topic is None:
            return _closed(request)
        return render(request, "subscribers/confirm_done.html", {"topics": [topic]})
    invitation = open_invitation(link.subject)
    if invitation is None:
        return _closed(request)
    context = {"topic": invitation.topic, "words": invitation_words(invitation.topic)}
    return render(request, "subscribers/invitation.html", context)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "subscribers/invitation_closed.html", status=GONE)
