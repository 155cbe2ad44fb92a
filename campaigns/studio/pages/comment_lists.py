"""Comments, and who has looked at which language, as the review page lists them."""

from typing import Any

from django.http import HttpRequest

from campaigns.models import Campaign, CampaignContent
from campaigns.review.comments import (
    MAXIMUM_ANSWER,
    MAXIMUM_COMMENT,
    commentable,
    open_comments,
    place_comments,
)
from campaigns.review.looks import latest_looks
from newsletter.core.languages import language_name

SETTLED_AT_MOST = 20
"""Settled comments that the page lists."""


def comments_context(
    request: HttpRequest, campaign: Campaign, contents: list[CampaignContent], language: str
) -> dict[str, Any]:
    """Return the comments on a campaign, and what can be commented on, for the review page."""
    opened = place_comments(open_comments(campaign), contents)
    # Those of the language that is shown come first.
    opened.sort(key=lambda each: each.comment.language != language)
    ended = campaign.comments.exclude(ended_at=None).order_by("-ended_at")[:SETTLED_AT_MOST]
    shown = next((each for each in contents if each.language == language), None)
    return {
        "comments": [(language_name(each.comment.language), each) for each in opened],
        "settled_comments": [
            (language_name(each.comment.language), each) for each in place_comments(ended, contents)
        ],
        "commentable": commentable(shown) if shown and campaign.is_editable else [],
        "comment": {name: request.POST.get(name, "") for name in ("part", "text")},
        "comment_at_most": MAXIMUM_COMMENT,
        "answer_at_most": MAXIMUM_ANSWER,
    }


def looks_context(campaign: Campaign, seen: str, languages: list[str]) -> dict[str, Any]:
    """Return who looked at which language, and which nobody has looked at as it is now.

    Args:
        seen: the fingerprint of the campaign as it is.
        languages: those that are written.
    """
    looks = latest_looks(campaign)
    lines = [
        (language_name(language), [(each, each.fingerprint == seen) for each in found])
        for language in languages
        if (found := looks.get(language))
    ]
    unseen = [
        language_name(language)
        for language in languages
        if not any(each.fingerprint == seen for each in looks.get(language, []))
    ]
    return {"looks": lines, "unseen_languages": unseen}
