"""Comments on the review page, and the word that somebody has looked at a language."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from campaigns.content.check_content import ContentError
from campaigns.models import Campaign
from campaigns.review.comments import (
    CannotComment,
    add_comment,
)
from campaigns.review.looks import NotLookedAt, note_look
from campaigns.studio.composer.comments import settle
from campaigns.studio.decorators import APPROVE, COMPOSE, TEST, campaign_view
from campaigns.studio.pages.review_page import UNPROCESSABLE, review_page
from campaigns.studio.pages.same_email import same_email
from newsletter.core.languages import language_name


@campaign_view("POST", permission=APPROVE, page="review")
def comment(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Add a comment on a part of one language."""
    try:
        add_comment(
            campaign,
            language=request.POST.get("language", ""),
            part=request.POST.get("part", ""),
            text=request.POST.get("text", ""),
        )
    except (CannotComment, ContentError) as error:
        messages.error(request, f"The comment was not saved. {error}")
        return review_page(request, campaign, status=UNPROCESSABLE)
    messages.success(request, "Comment added. Request changes once you have read everything.")
    return same_email(request, campaign, at="comments")


@campaign_view("POST", permission=COMPOSE, page="review")
def comment_done(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Settle a comment, with an answer or without."""
    _, objection = settle(
        campaign, f":{request.POST.get('comment', '')}", request.POST.get("answer", "")
    )
    if objection:
        messages.error(request, objection)
    else:
        messages.success(request, "Comment settled.")
    return same_email(request, campaign, at="comments")


@campaign_view("POST", permission=TEST, page="review")
def looked(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Note that this person has looked at the language that the page showed."""
    assert isinstance(request.user, User)  # noqa: S101 - the decorator lets in nobody else
    # The page may show all languages, each with a button of its own.
    language = request.POST.get("of", "") or request.POST.get("language", "")
    try:
        note_look(
            campaign,
            request.user,
            language=language,
            seen=request.POST.get("fingerprint", ""),
        )
    except NotLookedAt as error:
        messages.error(request, f"Nothing was noted. {error}")
    else:
        messages.success(request, f"Noted: you have looked at the {language_name(language)} email.")
    return same_email(request, campaign, at="looks")
