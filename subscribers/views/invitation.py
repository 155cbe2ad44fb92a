"""Accepting an invitation to follow a topic, by the link that staff had mailed."""

from django.http import HttpRequest, HttpResponse

from newsletter.core.requests.link_language import answer_in
from newsletter.core.tokens import Purpose, read_token
from newsletter.public_pages.page_for_one import page_for_one
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
        return page_for_one(request, "subscribers/link_gone.html", status=NOT_FOUND)
    invitation = open_invitation(link.subject)
    if invitation is None:
        return _closed(request)
    answer_in(request, invitation.language)
    if request.method == "POST":
        topic = accept_invitation(link.subject, network=network_of_request(request))
        if topic is None:
            return _closed(request)
        return page_for_one(
            request,
            "subscribers/confirm_done.html",
            shape=topic.pk,
            context=lambda: {"topics": [topic]},
        )
    return page_for_one(
        request,
        "subscribers/invitation.html",
        shape=invitation.topic_id,
        context=lambda: {
            "topic": invitation.topic,
            "words": invitation_words(invitation.topic),
        },
    )


def _closed(request: HttpRequest) -> HttpResponse:
    return page_for_one(request, "subscribers/invitation_closed.html", status=GONE)
