"""Pausing by itself: a campaign is paused without a person, and its publishers are told by mail.

The mail is in English, as the staff pages are.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.publishers import publishers
from campaigns.sending.pause_cancel_undo import pause
from newsletter.brand.current import current_brand
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.without_addresses import without_addresses
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice

NOTICE = "staff_sending_paused"

logger = logging.getLogger(__name__)


def pause_automatically(campaign_id: int, *, reason: str) -> bool:
    """Pause a campaign, and tell all who may resume it.

    Of several callers at once, one pauses it, so each is told once. What keeps them from being told
    doesn't keep the campaign from being paused.

    Args:
        reason: shown to staff.

    Returns:
        Whether this caller paused it.
    """
    with transaction.atomic():
        if not pause(campaign_id, reason=reason):
            return False
        tell_publishers_safely(campaign_id, reason=reason)
    return True


def tell_publishers_safely(campaign_id: int, *, reason: str) -> None:
    """Tell publishers that a campaign is paused, where that works. The caller's work goes on.

    Args:
        reason: as of `tell_publishers`.
    """
    try:
        with transaction.atomic():
            tell_publishers(campaign_id, reason=reason)
    except Exception:
        logger.exception("Campaign %s is paused, and nobody could be told", campaign_id)


def tell_publishers(campaign_id: int, *, reason: str) -> int:
    """Queue a mail to each publisher who may know of the campaign, that it is paused and why.

    Returns:
        How many were told. Somebody without a usable address sees it on the dashboard alone.
    """
    campaign = Campaign.objects.select_related("topic").get(pk=campaign_id)
    is_hidden = campaign.topic.is_restricted
    context = {
        "language": "en",
        # More people read a mailbox than may know of a need-to-know topic.
        "title": "A campaign of a need-to-know topic" if is_hidden else campaign.name,
        "paragraphs": [] if is_hidden else [without_addresses(reason)],
        "progress_url": settings.SITE_URL + reverse("admin:studio_progress", args=[campaign.pk]),
    }
    rendered = render_notice(NOTICE, context, brand=current_brand())
    told = 0
    for account in publishers(campaign):
        try:
            address = parse_address(account.email)
        except BadAddress:
            continue
        queue_message(NOTICE, to=address, rendered=rendered, topic_id=campaign.topic_id)
        told += 1
    return told
