"""Emails to publishers that a scheduled campaign isn't sent at its time, or at another, in English.

More people read a mailbox than may know of a need-to-know topic: of such a campaign they say its
number alone.
"""

import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.publishers import who_schedules
from newsletter.audit.actor import current_actor
from newsletter.brand.current import current_brand
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.without_addresses import without_addresses
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice

NOT_SENT, START_MOVED = "staff_not_sent", "staff_start_moved"

logger = logging.getLogger(__name__)


def tell_not_sent(campaign: Campaign, *, why: str, then: str) -> int:
    """Mail whoever scheduled a campaign, or else all who may send it, that it isn't sent.

    In the transaction that takes the schedule away, so each is told once. What keeps them from
    being told keeps nothing from being taken back. Whoever does it themselves isn't told.

    Args:
        campaign: one that was scheduled.
        why: sentences for staff.
        then: a sentence that says what it is now, and needs.

    Returns:
        How many were told.
    """
    return _tell(NOT_SENT, campaign, why=why, then=[then])


def tell_start_moved(campaign: Campaign, *, why: str, times: list[str]) -> int:
    """Mail whoever scheduled a campaign, or else all who may send it, that its start moved.

    In the transaction that moves the start, so each is told once.

    Args:
        campaign: one that is scheduled.
        why: sentences for staff.
        times: sentences that say the new start and the one before. They name no place, where not
            everybody may know of the campaign's topic.

    Returns:
        How many were told.
    """
    return _tell(START_MOVED, campaign, why=why, then=times)


def _tell(notice: str, campaign: Campaign, *, why: str, then: list[str]) -> int:
    try:
        with transaction.atomic():
            return sum(
                _send(notice, account, campaign, why=why, then=then)
                for account in who_schedules(campaign)
                if account.pk != current_actor().account_id
            )
    except Exception:
        logger.exception("Nobody could be told of campaign %s: %s", campaign.pk, notice)
        return 0


def _send(notice: str, account: User, campaign: Campaign, *, why: str, then: list[str]) -> bool:
    """Queue one email, and return whether the account has an address that can be written to."""
    try:
        address = parse_address(account.email)
    except BadAddress:
        return False
    is_hidden = campaign.topic.is_restricted
    context = {
        "language": "en",
        "title": f"campaign {campaign.pk}, of a need-to-know topic" if is_hidden else campaign.name,
        "paragraphs": then if is_hidden else [without_addresses(why), *then],
        "campaign_url": settings.SITE_URL + reverse("admin:studio_progress", args=[campaign.pk]),
    }
    rendered = render_notice(notice, context, brand=current_brand())
    queue_message(notice, to=address, rendered=rendered, topic_id=campaign.topic_id)
    return True
