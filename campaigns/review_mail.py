"""Emails to staff about the review of a campaign, in English, as the staff pages are.

More people read a mailbox than may know of a need-to-know topic: of such a campaign they say its
number alone. No email holds what somebody wrote about a campaign.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from campaigns.models import Campaign
from newsletter.brand.current import current_brand
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from subscribers.need_to_know.grants import holders


def send_review_requested(account: User, campaign: Campaign, *, by: str) -> bool:
    """Tell somebody that they are asked to review a campaign.

    Args:
        by: the name of whoever asks.

    Returns:
        Whether an email is on its way: the account is active, knows of the topic, and has an
        address that can be written to.
    """
    return _send("staff_review_requested", account, campaign, by=by)


def send_review_withdrawn(account: User, campaign: Campaign, *, decision: str, what: str) -> bool:
    """Tell somebody that they need not review a campaign any more.

    Args:
        decision: what happened, in a few words, for the subject.
        what: a sentence that says what happened, and who did it.
    """
    return _send("staff_review_withdrawn", account, campaign, decision=decision, what=what)


def send_review_decided(account: User, campaign: Campaign, *, decision: str, what: str) -> bool:
    """Tell whoever asked for a review what was decided.

    Args:
        decision: it in a few words, for the subject.
        what: sentences that say it, who decided, and what comes next.
    """
    return _send("staff_review_decided", account, campaign, decision=decision, what=what)


def send_approval_lapsed(account: User, campaign: Campaign, *, what: str) -> bool:
    """Tell somebody who may send a campaign that it needs a new approval before.

    Args:
        what: sentences that say why, and by when.
    """
    return _send("staff_approval_lapsed", account, campaign, what=what)


def _send(kind: str, account: User, campaign: Campaign, **texts: str) -> bool:
    if not account.is_active or not _may_know(account, campaign):
        return False
    try:
        address = parse_address(account.email)
    except BadAddress:
        return False
    context = {
        **texts,
        "language": "en",
        "title": _named(campaign),
        "review_url": settings.SITE_URL + reverse("admin:studio_review", args=[campaign.pk]),
    }
    rendered = render_notice(kind, context, brand=current_brand())
    queue_message(kind, to=address, rendered=rendered, topic_id=campaign.topic_id)
    return True


def _may_know(account: User, campaign: Campaign) -> bool:
    topic = campaign.topic
    return not topic.is_restricted or holders(topic.pk).filter(pk=account.pk).exists()


def _named(campaign: Campaign) -> str:
    if campaign.topic.is_restricted:
        return f"campaign {campaign.pk}, of a need-to-know topic"
    return campaign.name
