"""Telling staff which campaigns became drafts because their event was changed."""

from django.contrib import messages
from django.http import HttpRequest

from campaigns.content.draft_update import updates_in_hand
from campaigns.models import Campaign, Event
from campaigns.need_to_know import visible_campaigns
from campaigns.studio.decorators import draft_again


def warn_of_drafts(request: HttpRequest, campaigns: list[Campaign]) -> None:
    """Warn which campaigns became drafts with the change of an event.

    Args:
        campaigns: with the status that they had.
    """
    known = visible_campaigns(request.user).filter(pk__in=[each.pk for each in campaigns])
    visible = set(known.values_list("pk", flat=True))
    for campaign in campaigns:
        if campaign.pk in visible:
            messages.warning(request, draft_again(f"The campaign “{campaign}”", campaign.status))


def tell_of_updates(request: HttpRequest, event: Event) -> None:
    """Say which drafts tell people of changes of an event."""
    known = visible_campaigns(request.user).filter(pk__in=updates_in_hand(event).values("pk"))
    for campaign in known.order_by("pk"):
        messages.info(
            request,
            f"“{campaign}” is ready to tell those who were invited or have answered. Read it and "
            f"submit it for review: nobody is told before it is sent.",
        )
