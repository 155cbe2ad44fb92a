"""Checks that clock and workers do their work, and that nothing waits for a person."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.reports.diagnostics.finding import NAMED, OVERDUE, Found, Level
from campaigns.reports.diagnostics.mail import (
    is_none_at_work,
    is_outbox_at_work,
    last_tried,
    unclaimed,
    waiting_messages,
)
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.plural import number_of
from newsletter.epoch.hold import held
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.models import FormSubmission
from subscribers.opt_outs import journal


def restored(now: datetime) -> Found:
    """Check that this database is no older copy of itself."""
    if hold := held(now=now):
        yield Level.MEND, str(hold)


def opt_outs(now: datetime) -> Found:
    """Check that this host's opt-out journal is complete for the last month."""
    for problem in journal.trouble(since=now - timedelta(days=31)):
        yield Level.MEND, problem


def clock(now: datetime) -> Found:
    """Check that nothing is overdue.

    The clock records nothing about itself, so a clock that stands still shows in overdue rows.
    """
    late = now - OVERDUE
    overdue: dict[str, QuerySet[Any]] = {
        "a sign-up form has been waiting": FormSubmission.objects.filter(received_at__lt=late)
    }
    if not held(now=now):  # while held nothing is sent, which `restored` reports
        overdue |= _unsent(now)
    found = [words for words, rows in overdue.items() if rows.exists()]
    for words in found:
        yield (
            Level.MEND,
            f"The clock or the workers have stopped: {words} for more than "
            f"{OVERDUE.seconds // 60} minutes.",
        )
    if not found:
        yield Level.FINE, "Nothing is overdue."


def _unsent(now: datetime) -> dict[str, QuerySet[Any]]:
    late = now - OVERDUE
    # Where the mailers are to blame, `mail` reports them, and the workers are not blamed too.
    mailers_fail = is_none_at_work(now)
    outbox_works = last_tried(late) is not None or is_outbox_at_work(now)
    return {
        "a campaign has been due to start": Campaign.objects.filter(
            status=CampaignStatus.SCHEDULED, scheduled_at__lt=late
        ),
        "a campaign that is sending has made no progress": Campaign.objects.none()
        if mailers_fail
        else unclaimed(late),
        "an expired claim has not been recovered": Delivery.objects.filter(
            status=DeliveryStatus.CLAIMED, lease_until__lt=late
        ),
        "a transactional email has been waiting": TransactionalMessage.objects.none()
        if outbox_works
        else waiting_messages(late),
    }


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
