"""The button that starts a new version of a paused campaign, for those who still wait."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.audience.left_over import left_over
from campaigns.content.later_version import CannotWriteAnew, write_later_version
from campaigns.last_change import last_change
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.studio.decorators import CREATE, campaign_view, studio_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The versions beside a campaign's own, for its progress page.

    Args:
        later: the one that was written for those who still wait, if there is one.
        can_begin: whether one can be written now.
    """

    later: Campaign | None
    can_begin: bool


def versions_of(campaign: Campaign) -> Versions:
    """Return what the progress page says of versions. It costs two short queries."""
    later = campaign.later_versions.exclude(status=CampaignStatus.CANCELLED).first()
    is_paused = campaign.status == CampaignStatus.PAUSED
    return Versions(
        later=later, can_begin=later is None and is_paused and left_over(campaign.pk).exists()
    )


@campaign_view("POST", permission=CREATE, page="progress")
def begin_later_version(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Create the draft, or find the one that there is, and lead to its content."""
    user, was_begun = request.user, versions_of(campaign).later is not None
    try:
        later = write_later_version(campaign, created_by=user if user.is_authenticated else None)
    except CannotWriteAnew as error:
        messages.warning(request, f"No new version was started. {error}")
        return redirect(studio_url("progress", campaign))
    if was_begun or later.created_by_id != user.pk:
        begun = f"A new version was started before: it is {later.get_status_display().lower()}."
        messages.info(request, f"{begun} {last_change(later)}".rstrip())
        return redirect(studio_url("content", later, later.language))
    messages.success(
        request,
        f"This draft starts with the content of “{campaign.name}”. When it is approved and sent, "
        f"it goes to those who are still waiting.",
    )
    return redirect(studio_url("content", later, later.language))
