"""Parts that the studio's views share: permission and campaign, and the layout's context."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.need_to_know import visible_campaigns
from campaigns.states import CampaignStatus
from campaigns.status_colours import CAMPAIGN_COLOURS
from campaigns.studio.guarded_view import View, guarded_view
from campaigns.studio.masking import may_see_subscribers, redact_addresses

VIEW = "campaigns.view_campaign"
"""Every role has it."""
CREATE = "campaigns.add_campaign"
COMPOSE = "campaigns.change_campaign"
TEST = "campaigns.send_test_email"
APPROVE = "campaigns.approve_campaign"
LAUNCH = "campaigns.launch_campaign"


def campaign_view(
    *methods: str, permission: str, to_read: str = VIEW, page: str = "", shows_row: bool = True
) -> Callable[[View], View]:
    """Turn `view(request, campaign, …)` into a view that takes the campaign's id.

    `guarded_view` says who gets in.

    Args:
        methods: the HTTP methods that are answered.
        permission: the one that is needed; for a page that is read and posted to, to post.
        to_read: the one that is needed to read the page.
        page: for an address that is only posted to, the page that its button stands on.
        shows_row: whether the answer shows something of the campaign.
    """
    return guarded_view(
        *methods,
        permission=permission,
        to_read=to_read,
        known=lambda request: visible_campaigns(request.user).select_related(
            "topic", "event", "retraction"
        ),
        url_of_page=partial(studio_url, page) if page else None,
        shows_row=shows_row,
    )


def studio_url(name: str, campaign: Campaign, *arguments: str) -> str:
    """Return the URL of a page of the studio."""
    return reverse(f"admin:studio_{name}", args=[campaign.pk, *arguments])


def page_context(
    request: HttpRequest, campaign: Campaign, *, step: str, is_part: bool = False, **context: Any
) -> dict[str, Any]:
    """Return what the studio's layout needs, and the page's own context.

    Args:
        is_part: whether only a part within the layout is asked for. The menu around it costs more
            than most parts.
        step: the step that this page belongs to: details, content, audience, review, launch,
            progress, report, recipients.
    """
    unmasked = may_see_subscribers(request)
    return {
        **({} if is_part else admin.site.each_context(request)),
        "title": campaign.name,
        "campaign": campaign,
        "step": step,
        "status_colour": CAMPAIGN_COLOURS.get(campaign.status),
        "may_create": request.user.has_perm(CREATE),
        "may_compose": request.user.has_perm(COMPOSE),
        "may_test": request.user.has_perm(TEST),
        "may_approve": request.user.has_perm(APPROVE),
        "may_launch": request.user.has_perm(LAUNCH),
        "may_see_subscribers": unmasked,
        "pause_reason": redact_addresses(campaign.pause_reason, unmasked=unmasked),
        **context,
    }


def warn_if_draft_again(request: HttpRequest, campaign: Campaign, before: str) -> None:
    """Warn that a change took the approval away, if it did.

    Args:
        before: the campaign's status before the change.
    """
    if campaign.status != before:
        messages.warning(request, draft_again("This campaign", before))


def draft_again(name: str, before: str) -> str:
    """Say that a campaign is a draft again, and how it gets back to where it was.

    Args:
        name: the subject of the sentence.
        before: the campaign's status before the change.
    """
    if before == CampaignStatus.SCHEDULED:
        return (
            f"{name} was scheduled before the change. It is a draft again and isn’t sent at the "
            f"scheduled time. To send it, have it approved again, then schedule it again."
        )
    if before == CampaignStatus.IN_REVIEW:
        return (
            f"{name} was in review before the change. It is a draft again, and whoever was asked "
            f"for a review is told. Submit it again when it is ready."
        )
    return f"{name} was approved before the change. It is a draft again and needs a new approval."


def seen_in(typed: Mapping[str, str]) -> str:
    """Return the version that a form may replace.

    It is the one that the form was opened with, or a newer one that its user was told of and wants
    to replace. Empty stands for any, where the form doesn't tell it.
    """
    return typed.get("overwrite") or typed.get("seen", "")


def actor_name(request: HttpRequest) -> str:
    """Return the name under which a person's action is recorded."""
    user = request.user
    return (user.get_full_name() or user.get_username()) if user.is_authenticated else ""
