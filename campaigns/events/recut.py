"""Ending the approvals of emails that show an image of their event, when it is cut anew."""

from campaigns.back_to_draft import end_approvals
from campaigns.events.approve_again import tell_publishers
from campaigns.events.pictures import events_showing, parts_showing
from campaigns.models import Campaign, CampaignContent
from newsletter.rendering.blocks.registry import parts_shown

WHY = "An image of the event was cut differently after the approval."


def end_approvals_of_crops(key: str) -> list[Campaign]:
    """Take approved and scheduled campaigns that show crops of an image back to draft.

    Whoever scheduled them is told by mail.

    Args:
        key: of the image, whose focal point is another now.

    Returns:
        The campaigns that became drafts.
    """
    ended = []
    for event in events_showing([key]).order_by("pk"):
        parts = parts_showing(event, key)
        contents = CampaignContent.objects.filter(campaign__event=event)
        showing = {
            each.campaign_id
            for each in contents.only("campaign", "blocks")
            if parts & parts_shown(each.blocks)
        }
        news = "" if event.takes_place else WHY
        drafts = end_approvals(Campaign.objects.filter(pk__in=showing), why=WHY, news=news)
        if event.takes_place:
            tell_publishers(event, drafts)
        ended += drafts
    return ended
