"""Checks that nothing waits for a person: uncertain emails, paused campaigns."""

from campaigns.models import Campaign, DeliveryTally
from campaigns.reports.diagnostics.finding import NAMED, Found, Level
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.plural import number_of
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus


def uncertain() -> Found:
    """List campaigns with uncertain deliveries, and count uncertain single messages."""
    rows = DeliveryTally.objects.filter(status=DeliveryStatus.UNCERTAIN, number__gt=0).order_by(
        "-campaign_id"
    )
    for tally in rows[:NAMED]:
        yield (
            Level.LOOK,
            f"Campaign {tally.campaign_id} has {number_of(tally.number, 'uncertain email')}, which "
            f"may have been sent. Look in the campaign’s report, then run: manage.py "
            f"resolve_uncertain {tally.campaign_id} --as accepted|planned|failed",
        )
    if (more := rows.count() - NAMED) > 0:
        yield Level.LOOK, f"There are also uncertain emails in {number_of(more, 'older campaign')}."
    messages = TransactionalMessage.objects.filter(status=MessageStatus.UNCERTAIN).count()
    if messages:
        yield (
            Level.LOOK,
            f"{number_of(messages, 'transactional email')} may or may not have been sent. Look in "
            f"the Sending log at /staff/.",
        )


def paused() -> Found:
    """List paused campaigns, which wait for a person."""
    rows = Campaign.objects.filter(status=CampaignStatus.PAUSED).order_by("-pk")
    for campaign in rows[:NAMED]:
        reason = f": {campaign.pause_reason}" if campaign.pause_reason else "."
        yield Level.LOOK, f"Campaign {campaign.pk} is paused{reason}"
    if (more := rows.count() - NAMED) > 0:
        yield Level.LOOK, f"Also paused: {number_of(more, 'older campaign')}."
