"""The first page: what comes next, what is being sent, what came of the last ones."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Campaign, Event
from campaigns.reports.totals import Totals, totals
from campaigns.states import CampaignStatus, EventStatus
from subscribers.models import Subscriber

COUNTED_AT_MOST = 10_000
"""Beyond this, a page says "more than": counting a million rows is not worth anybody's wait."""

UNDER_WAY = (CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED)
BEING_WRITTEN = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class CampaignAtWork:
    """A campaign and its sums."""

    campaign: Campaign
    totals: Totals

    @property
    def went(self) -> int:
        return self.totals.accepted + self.totals.delivered

    @property
    def came_back(self) -> int:
        return self.totals.bounced + self.totals.failed


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """What the dashboard shows to this person; parts that they may not see are left out."""
    context: dict[str, Any] = {}
    if request.user.has_perm("campaigns.view_campaign") or request.user.has_perm(
        "campaigns.change_campaign"
    ):
        campaigns = Campaign.objects.select_related("topic", "event")
        context["under_way"] = _with_totals(campaigns.filter(status__in=UNDER_WAY)[:10])
        context["ready"] = campaigns.filter(status=CampaignStatus.APPROVED).order_by("-updated_at")[
            :6
        ]
        context["being_written"] = campaigns.filter(status__in=BEING_WRITTEN).order_by(
            "-updated_at"
        )[:6]
        context["recently_sent"] = _with_totals(
            campaigns.filter(status=CampaignStatus.SENT).order_by("-finished_at")[:5]
        )
    if request.user.has_perm("campaigns.view_event") or request.user.has_perm(
        "campaigns.change_event"
    ):
        coming = Event.objects.filter(ends_at__gte=timezone.now(), status=EventStatus.PLANNED)
        context["next_events"] = coming.order_by("starts_at")[:4]
    if request.user.has_perm("subscribers.view_subscriber"):
        context["subscribers"] = counted(Subscriber.objects.all())
    return context


def counted(rows: QuerySet[Any], *, at_most: int = COUNTED_AT_MOST) -> str:
    """How many rows there are, in words, reading no more than `at_most` of them."""
    number = rows.order_by()[: at_most + 1].count()
    return f"more than {at_most:,}" if number > at_most else f"{number:,}"


def _with_totals(campaigns: QuerySet[Campaign]) -> list[CampaignAtWork]:
    return [CampaignAtWork(campaign, totals(campaign)) for campaign in campaigns]
