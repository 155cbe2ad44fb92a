"""The dashboard: upcoming events, campaigns in progress, and the latest emails."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from campaigns.event_states import TAKES_PLACE, EventStatus
from campaigns.events.listing import list_events
from campaigns.models import Campaign
from campaigns.need_to_know import visible_campaigns, visible_events
from campaigns.reports.totals import Totals, totals
from campaigns.states import CampaignStatus
from campaigns.status_colours import CAMPAIGN_COLOURS
from campaigns.studio.masking import redact_addresses
from campaigns.studio.pages.event.series import waiting_steps
from campaigns.studio.pages.waiting_reviews import waiting_reviews
from campaigns.studio.times import PAGE_LANGUAGE
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import is_ready
from newsletter.status_colours import StatusColour
from subscribers.consent.attack import current_attack
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import Account, visible_applications, visible_subscriptions
from subscribers.people.discreet import somebody_is_discreet
from subscribers.states import ApplicationStatus, SubscriptionStatus

COUNTED_AT_MOST = 10_000
"""Rows. Beyond this, a page says "more than": counting a million rows takes too long."""

WAITING_AT_MOST = 1_000
"""Applications. Beyond this, the number tells nobody more."""

IN_PROGRESS = (CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED)
_HAS_NO_REASON = ExpressionWrapper(Q(pause_reason=""), BooleanField())
DRAFTS = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign and the colour of its status."""

    campaign: Campaign

    @property
    def status_colour(self) -> StatusColour | None:
        return CAMPAIGN_COLOURS.get(self.campaign.status)

    @property
    def reason(self) -> str:
        """Why it was paused or stopped, or is a draft again; without addresses."""
        return redact_addresses(self.campaign.pause_reason, unmasked=False)


@dataclass(frozen=True, slots=True)
class CampaignSummary(CampaignLine):
    """A campaign and its totals."""

    totals: Totals

    @property
    def sent(self) -> int:
        return self.totals.accepted + self.totals.delivered

    @property
    def not_delivered(self) -> int:
        return self.totals.bounced + self.totals.failed


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Return what the dashboard shows to this person, without the parts they may not see."""
    context: dict[str, Any] = {"has_no_role": not request.user.get_all_permissions()}
    if request.user.has_perm("campaigns.view_campaign"):
        campaigns = visible_campaigns(request.user).select_related("topic", "event")
        # Why one isn't sent as it was scheduled must not be lost among newer drafts.
        latest = campaigns.order_by(_HAS_NO_REASON, "-updated_at")
        context["waiting_reviews"] = waiting_reviews(request.user)
        context["in_progress"] = _summaries(campaigns.filter(status__in=IN_PROGRESS)[:10])
        context["ready"] = _lines(latest.filter(status=CampaignStatus.APPROVED)[:6])
        # What is left of a cancelled event's series isn't sent.
        left = ~Q(step="") & Q(event__status=EventStatus.CANCELLED)
        context["drafts"] = _lines(latest.filter(status__in=DRAFTS).exclude(left)[:6])
        context["series"] = waiting_steps(request.user)
        context["latest_emails"] = _summaries(
            campaigns.filter(status=CampaignStatus.SENT).order_by("-finished_at")[:5]
        )
    if request.user.has_perm("campaigns.view_event"):
        upcoming = visible_events(request.user).filter(
            ends_at__gte=timezone.now(), status__in=TAKES_PLACE
        )
        context["upcoming_events"] = list_events(
            upcoming.order_by("starts_at")[:4], language=PAGE_LANGUAGE
        )
    if not context["has_no_role"]:
        context["attack"] = current_attack()
        context["discreet_waits"] = not is_ready(current_brand()) and somebody_is_discreet()
    if request.user.has_perm("subscribers.view_application"):
        waiting = visible_applications(request.user).filter(
            status=ApplicationStatus.AWAITING_REVIEW
        )
        # In the order of their index, so that no more are read than are counted.
        number = waiting.order_by("confirmed_at")[: WAITING_AT_MOST + 1].count()
        context["applications"] = number
        context["applications_in_words"] = _in_words(number, WAITING_AT_MOST)
    if request.user.has_perm("subscribers.view_subscriber"):
        context["subscribed"] = count_up_to(_subscribed(request.user))
    return context


def _subscribed(account: Account) -> QuerySet[Subscriber]:
    """Select who follows a topic, without those who left, or whose word we still wait for."""
    confirmed = visible_subscriptions(account).filter(
        subscriber=OuterRef("pk"), status=SubscriptionStatus.CONFIRMED
    )
    return Subscriber.objects.filter(Exists(confirmed))


def count_up_to(rows: QuerySet[Any], *, at_most: int = COUNTED_AT_MOST) -> str:
    """Return the number of rows, in words, reading no more than `at_most` of them."""
    number = rows.order_by()[: at_most + 1].count()
    return _in_words(number, at_most)


def _in_words(number: int, at_most: int) -> str:
    return f"more than {at_most:,}" if number > at_most else f"{number:,}"


def _lines(campaigns: QuerySet[Campaign]) -> list[CampaignLine]:
    return [CampaignLine(campaign) for campaign in campaigns]


def _summaries(campaigns: QuerySet[Campaign]) -> list[CampaignSummary]:
    return [CampaignSummary(campaign, totals(campaign)) for campaign in campaigns]
