"""The button that makes a new draft of a campaign."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.content.duplicate import duplicate
from campaigns.models import Campaign
from campaigns.studio.decorators import CREATE, campaign_view, studio_url


@campaign_view("POST", permission=CREATE, page="review")
def duplicate_campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Create the draft, and lead to its details, where its name and its event are."""
    user = request.user
    copy = duplicate(campaign, created_by=user if user.is_authenticated else None)
    messages.success(request, f"Draft created from “{campaign.name}”. Check its name and event.")
    if campaign.event is not None and copy.event is None:
        messages.warning(
            request, "The event of the other campaign is over or cancelled. Choose another."
        )
    return redirect(studio_url("details", copy))
