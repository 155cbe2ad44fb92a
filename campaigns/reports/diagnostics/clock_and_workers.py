"""Check that the clock and the workers do their work: nothing is overdue."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.reports.diagnostics.finding import OVERDUE, Found, Level
from campaigns.reports.diagnostics.mail import (
    is_none_at_work,
    is_outbox_at_work,
    last_tried,
    unclaimed,
    waiting_messages,
)
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.epoch.hold import held
from newsletter.models import TransactionalMessage
from subscribers.models import FormSubmission


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
