"""Parts of the dashboard that somebody has to act on: doubtful emails, and lapsed approvals."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from campaigns.models import Campaign, DeliveryTally, Review
from campaigns.states import CampaignStatus, DeliveryStatus

AT_MOST = 10
"""Campaigns of each kind that the dashboard lists."""


@dataclass(frozen=True, slots=True)
class DoubtfulEmails:
    """The emails of a campaign of which nobody knows whether they were sent."""

    campaign: Campaign
    number: int


def doubtful_emails(campaigns: QuerySet[Campaign]) -> list[DoubtfulEmails]:
    """Return campaigns with uncertain emails, the newest first, by their tallies."""
    rows = DeliveryTally.objects.filter(
        status=DeliveryStatus.UNCERTAIN,
        number__gt=0,
        campaign__in=campaigns.exclude(status=CampaignStatus.SENDING).values("pk"),
    )
    return [
        DoubtfulEmails(each.campaign, each.number)
        for each in rows.select_related("campaign").order_by("-campaign__launched_at")[:AT_MOST]
    ]


def lapsed_approvals(campaigns: QuerySet[Campaign]) -> list[Campaign]:
    """Return scheduled campaigns whose approval counts no more, the next one first.

    The clock notes it (`campaigns.review.lapsed_approvals`).
    """
    latest = Review.objects.filter(campaign=OuterRef("pk")).order_by("-pk")
    scheduled = campaigns.filter(status=CampaignStatus.SCHEDULED).annotate(
        told_at=Subquery(latest.values("lapse_told_at")[:1])
    )
    return list(scheduled.filter(told_at__isnull=False).order_by("scheduled_at")[:AT_MOST])
