"""Checks that nothing waits for a person: uncertain emails, paused campaigns."""

from campaigns.models import Campaign, DeliveryTally
from campaigns.reports.diagnostics.finding import NAMED, Found, Level, Said
from campaigns.sending.canary import waiting_words
from campaigns.sending.pause_for_event import is_for_event
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
        yield Said(
            Level.LOOK,
            f"Campaign {tally.campaign_id} has {number_of(tally.number, 'uncertain email')}, which "
            f"may have been sent. Look in the campaign’s report, then run: manage.py "
            f"resolve_uncertain {tally.campaign_id} --as accepted|planned|failed",
            f"campaign {tally.campaign_id}",
        )
    if (more := rows.count() - NAMED) > 0:
        yield Said(
            Level.LOOK,
            f"There are also uncertain emails in {number_of(more, 'older campaign')}.",
            "older",
        )
    messages = TransactionalMessage.objects.filter(status=MessageStatus.UNCERTAIN).count()
    if messages:
        yield Said(
            Level.LOOK,
            f"{number_of(messages, 'transactional email')} may or may not have been sent. Look in "
            f"the Sending log at /staff/.",
            "messages",
        )


def paused() -> Found:
    """List paused campaigns, which wait for a person.

    What the guard or a refusing mailer has stopped is to be mended. A person's own pause, a canary
    and a changed event wait for a decision.
    """
    paused = Campaign.objects.filter(status=CampaignStatus.PAUSED)
    rows = paused.select_related("topic").order_by("-pk")
    for campaign in rows[:NAMED]:
        go_on = f"manage.py resume_campaign {campaign.pk}"
        number = f"campaign {campaign.pk}"
        if is_stopped(campaign):
            yield Said(
                Level.MEND,
                f"Campaign {campaign.pk} was stopped and waits for a person. Mend what its "
                f"progress page names, then run: {go_on} (or cancel_campaign).",
                number,
                quote=campaign.pause_reason,
            )
        else:
            yield Said(
                Level.LOOK,
                f"Campaign {campaign.pk} is paused. To go on, run: {go_on}",
                number,
                quote=campaign.pause_reason,
            )
    if (more := rows.count() - NAMED) > 0:
        yield Said(Level.LOOK, f"Also paused: {number_of(more, 'older campaign')}.", "older")


def is_stopped(campaign: Campaign) -> bool:
    """Return whether something went wrong, as far as the reason tells."""
    if not campaign.pause_reason or is_for_event(campaign):
        return False
    return not (campaign.canary_sent_at and campaign.pause_reason == waiting_words(campaign))
