"""Ending the approvals of emails that list an event's documents, when these change."""

from collections.abc import Callable

from campaigns.back_to_draft import end_approvals
from campaigns.events.approve_again import tell_publishers
from campaigns.events.listing import is_on_public_pages
from campaigns.models import Campaign, CampaignContent, Event
from newsletter.rendering.blocks.registry import parts_shown

WHY = "The event’s documents were changed after the approval."


type Tell = Callable[[list[Campaign]], None]
"""It is called with the campaigns that became drafts, with the state that they had."""


def end_approvals_of_lists(event: Event, *, tell: Tell) -> None:
    """Take approved and scheduled campaigns that list the event's documents back to draft.

    Whoever scheduled them is told by mail. Emails about an event that is on no public page list
    none.

    Args:
        tell: tells whoever changed the documents.
    """
    if not is_on_public_pages(event):
        return
    contents = CampaignContent.objects.filter(campaign__event=event).only("campaign", "blocks")
    listing = {each.campaign_id for each in contents if "documents" in parts_shown(each.blocks)}
    news = "" if event.takes_place else WHY
    drafts = end_approvals(Campaign.objects.filter(pk__in=listing), why=WHY, news=news)
    if event.takes_place:
        tell_publishers(event, drafts)
    tell(drafts)


def tell_nobody(drafts: list[Campaign]) -> None:
    """Do nothing, where no person waits for an answer."""
