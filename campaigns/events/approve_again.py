"""Telling publishers which campaigns lost their approval with a change of their event.

The email says until when each must be approved again. It is in English, as the staff pages are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from campaigns.events.local_time import moment_written
from campaigns.events.series import due_of
from campaigns.models import Campaign, Event
from campaigns.publishers import who_schedules
from newsletter.brand.current import current_brand
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice

NOTICE = "staff_approve_again"


def tell_publishers(event: Event, campaigns: Iterable[Campaign]) -> int:
    """Mail those who send some campaigns that they are drafts again, one email to each.

    That is whoever scheduled a campaign, or else everybody who may send it. One that had no time
    and is no step of a series waits for nobody, so nobody is told.

    Args:
        event: as it is now.
        campaigns: those that became drafts, with the state and times that they had.

    Returns:
        The number of emails.
    """
    told = defaultdict[User, list[Campaign]](list)
    for campaign in campaigns:
        campaign.event = event
        if due_of(campaign) or campaign.scheduled_at:
            for account in who_schedules(campaign):
                told[account].append(campaign)
    return sum(_tell(account, event, lost) for account, lost in told.items())


def _tell(account: User, event: Event, lost: Sequence[Campaign]) -> bool:
    """Queue one email, and return whether the account has an address that can be written to."""
    try:
        address = parse_address(account.email)
    except BadAddress:
        return False
    hidden = next((each.topic_id for each in lost if each.topic.is_restricted), event.topic_id)
    context = {
        "language": "en",
        "title": "an event of a need-to-know topic" if hidden else event.title,
        "paragraphs": [_line(each, is_named=not hidden) for each in lost],
        "event_url": settings.SITE_URL + reverse("admin:studio_event", args=[event.pk]),
    }
    rendered = render_notice(NOTICE, context, brand=current_brand())
    queue_message(NOTICE, to=address, rendered=rendered, topic_id=hidden)
    return True


def _line(campaign: Campaign, *, is_named: bool) -> str:
    # More people read a mailbox than may know of a need-to-know topic.
    name = campaign.name if is_named else f"Campaign {campaign.pk}"
    until = due_of(campaign) or campaign.scheduled_at
    if until is None:
        return name
    zone = campaign.event.time_zone if campaign.event else "UTC"
    return f"{name}: by {moment_written(until, zone, 'en')}"
