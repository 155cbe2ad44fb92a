"""The oldest piece of each kind of work that waits, whoever is to blame for it.

Each question is answered by an index of what waits, however much is done already.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.functions import Coalesce

from campaigns.models import Campaign, Delivery
from campaigns.reports.diagnostics.mail import unclaimed, waiting_messages
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import ProviderReport
from subscribers.models import FormSubmission, ImportUpload
from subscribers.states import WORKED_ON

LOOKED_AT = 1_000
"""Reports that are looked at for the oldest."""

type Oldest = Callable[[datetime], datetime | None]
"""Returns since when the oldest piece of some work has waited, of what is late by a moment."""


def first(rows: QuerySet[Any], column: str) -> datetime | None:
    """Return the earliest moment of a column; None where there are no rows."""
    earliest: datetime | None = rows.aggregate(first=Min(column))["first"]
    return earliest


def _form(late: datetime) -> datetime | None:
    # One that failed was looked at: it says nothing of workers.
    return first(FormSubmission.objects.filter(received_at__lt=late, failed_at=None), "received_at")


def _report(late: datetime) -> datetime | None:
    due = ProviderReport.objects.filter(problem="", received_at__lt=late).exclude(
        retry_at__gte=late
    )
    # Of the first alone: after a campaign, a million may wait, and they come in order.
    oldest = due.annotate(since=Coalesce("retry_at", "received_at")).order_by("pk")
    return first(oldest.values("since")[:LOOKED_AT], "since")


def _import(late: datetime) -> datetime | None:
    untouched = ImportUpload.objects.filter(status__in=WORKED_ON, changed_at__lt=late)
    return first(untouched.exclude(lease_until__gte=late), "changed_at")


def _start(late: datetime) -> datetime | None:
    due = Campaign.objects.filter(status=CampaignStatus.SCHEDULED, scheduled_at__lt=late)
    return first(due, "scheduled_at")


def _campaign(late: datetime) -> datetime | None:
    return first(unclaimed(late).annotate(since=Coalesce("last_claim_at", "launched_at")), "since")


def _claim(late: datetime) -> datetime | None:
    # With the token, or PostgreSQL would look through all deliveries.
    expired = Delivery.objects.filter(
        claim_token__isnull=False, status=DeliveryStatus.CLAIMED, lease_until__lt=late
    )
    return first(expired, "lease_until")


def _message(late: datetime) -> datetime | None:
    return first(waiting_messages(late), "since")


OLDEST: Mapping[str, Oldest] = {
    "form": _form,
    "report": _report,
    "import": _import,
    "start": _start,
    "campaign": _campaign,
    "claim": _claim,
    "message": _message,
}
"""By kind: a form of the public; a provider's report; an uploaded list; a campaign that is due to
start; one that is being sent, since its last claim; a claim that ran out; a single message.
"""
