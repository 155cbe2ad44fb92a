"""What every door of the studio does first: who asks, for which campaign, and by which method."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.studio.people import may_see_people, without_addresses

COMPOSE = "campaigns.change_campaign"
LAUNCH = "campaigns.launch_campaign"
VIEW = "campaigns.view_campaign"

STATUS_TONES = {
    CampaignStatus.DRAFT: "quiet",
    CampaignStatus.IN_REVIEW: "info",
    CampaignStatus.APPROVED: "good",
    CampaignStatus.SCHEDULED: "info",
    CampaignStatus.SENDING: "info",
    CampaignStatus.PAUSED: "warn",
    CampaignStatus.SENT: "good",
    CampaignStatus.CANCELLED: "quiet",
}

Door = Callable[..., HttpResponse]


def door(*methods: str, permission: str | tuple[str, ...]) -> Callable[[Door], Door]:
    """A view of one campaign: `view(request, campaign, …)` instead of an id.

    Sign-in is the admin site's affair (`admin_view`); here staff without the permission get a 403,
    and a campaign that doesn't exist a 404, in that order, so that ids tell nothing.

    Args:
        methods: which HTTP methods are answered.
        permission: one that is needed, or several of which one is enough.
    """
    enough = (permission,) if isinstance(permission, str) else permission

    def decorate(view: Door) -> Door:
        @require_http_methods([*methods, *(["HEAD"] if "GET" in methods else [])])
        @wraps(view)
        def opened(request: HttpRequest, campaign_id: int, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(each) for each in enough):
                raise PermissionDenied
            campaign = get_object_or_404(
                Campaign.objects.select_related("topic", "event"), pk=campaign_id
            )
            return view(request, campaign, **kwargs)

        return opened

    return decorate


def studio_url(name: str, campaign: Campaign, *arguments: str) -> str:
    """The address of a page of the studio."""
    return reverse(f"admin:studio_{name}", args=[campaign.pk, *arguments])


def frame(request: HttpRequest, campaign: Campaign, *, step: str, **context: Any) -> dict[str, Any]:
    """What the studio's layout needs, beside the page's own context.

    Args:
        step: which of the steps this page belongs to: write, readers, review, launch, progress,
            report.
    """
    openly = may_see_people(request)
    return {
        **admin.site.each_context(request),
        "title": campaign.name,
        "campaign": campaign,
        "step": step,
        "tone": STATUS_TONES[CampaignStatus(campaign.status)],
        "may_compose": request.user.has_perm(COMPOSE),
        "may_launch": request.user.has_perm(LAUNCH),
        "may_see_people": openly,
        "pause_reason": without_addresses(campaign.pause_reason, openly=openly),
        **context,
    }


def name_of(request: HttpRequest) -> str:
    """The name under which a person's act is recorded."""
    user = request.user
    return (user.get_full_name() or user.get_username()) if user.is_authenticated else ""
