"""Ending the approvals of emails that list an event's documents, when these change."""

from campaigns.back_to_draft import end_approvals
from campaigns.models import Campaign, CampaignContent, Event
from newsletter.rendering.blocks.registry import parts_shown

WHY = "The event’s documents were changed after the approval."


def end_approvals_of_lists(event: Event) -> None:
    """Take approved and scheduled campaigns that list the event's documents back to draft."""
    contents = CampaignContent.objects.filter(campaign__event=event).only("campaign", "blocks")
    listing = {each.campaign_id for each in contents if "documents" in parts_shown(each.blocks)}
    end_approvals(Campaign.objects.filter(pk__in=listing), why=WHY)
