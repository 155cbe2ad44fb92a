"""Figures of campaigns and their emails, and of single emails."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Sum
from prometheus_client import Metric

from campaigns.models import Campaign, DeliveryTally
from campaigns.reports.diagnostics.waiting_for_staff import is_stopped
from campaigns.reports.metrics.gauges import by_status, gauge
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus


def emails(_: datetime) -> Iterator[Metric]:
    """Count campaigns and their emails by state, and those in doubt.

    Four statements: a sum over the tallies (eight rows a campaign), a count over the index of
    campaigns by state, the paused campaigns, and a count over the index of single emails that staff
    may have to look at. None of them reads deliveries.
    """
    deliveries = _deliveries()
    yield gauge(
        "deliveries",
        "Emails of campaigns by the state that they are in.",
        ("status",),
        by_status(DeliveryStatus.values, deliveries),
    )
    campaigns = Campaign.objects.order_by().values_list("status").annotate(number=Count("pk"))
    yield gauge(
        "campaigns",
        "Campaigns by the state that they are in.",
        ("status",),
        by_status(CampaignStatus.values, dict(campaigns)),
    )
    paused = Campaign.objects.filter(status=CampaignStatus.PAUSED).select_related("topic")
    yield gauge(
        "campaigns_stopped",
        "Paused campaigns that the guard or a refusing mailer has stopped.",
        (),
        {(): float(sum(is_stopped(campaign) for campaign in paused))},
    )
    messages = TransactionalMessage.objects.filter(status=MessageStatus.UNCERTAIN).count()
    yield gauge(
        "uncertain",
        "Emails that may or may not have been sent.",
        ("kind",),
        {
            ("campaign",): float(deliveries.get(DeliveryStatus.UNCERTAIN, 0)),
            ("message",): float(messages),
        },
    )


def _deliveries() -> dict[str, int]:
    sums = DeliveryTally.objects.order_by().values_list("status").annotate(number=Sum("number"))
    return dict(sums)
