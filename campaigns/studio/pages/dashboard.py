"""The dashboard: what needs somebody, campaigns in progress, events, growth and health.

It reads few rows, however large the installation is, and what others have counted.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from campaigns.event_states import TAKES_PLACE, EventStatus
from campaigns.events.listing import list_events
from campaigns.models import Campaign
from campaigns.need_to_know import visible_campaigns, visible_events
from campaigns.reports.diagnostics.keep import EVERY, kept_findings, missing_processes
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.reports.totals import Totals, totals_of
from campaigns.states import MOVING, CampaignStatus
from campaigns.status_colours import CAMPAIGN_COLOURS
from campaigns.studio.decorators import LAUNCH
from campaigns.studio.masking import redact_addresses
from campaigns.studio.pages.event.series import waiting_steps
from campaigns.studio.pages.event_progress import series_in_words
from campaigns.studio.pages.needs_you import doubtful_emails, lapsed_approvals
from campaigns.studio.pages.trend import trend
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

_HAS_NO_REASON = ExpressionWrapper(Q(pause_reason=""), BooleanField())
DRAFTS = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)
SEE_FINDINGS = "newsletter.change_brand"
"""Administrators see what `doctor` found; nobody else could mend it."""


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
    def waits_for(self) -> str:
        """The first obstacle to the start of a scheduled campaign; empty where there is none."""
        return next(iter(start_obstacles(self.campaign)), "")

    @property
    def sent(self) -> int:
        return self.totals.accepted + self.totals.delivered

    @property
    def not_delivered(self) -> int:
        return self.totals.bounced + self.totals.failed


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Return what the dashboard shows to this person, without the parts they may not see."""
    account = request.user
    context: dict[str, Any] = {"has_no_role": not account.get_all_permissions()}
    if account.has_perm("campaigns.view_campaign"):
        context |= _campaigns(account)
        context["trend"] = trend(account)
    if account.has_perm("campaigns.view_event"):
        upcoming = visible_events(account).filter(
            ends_at__gte=timezone.now(), status__in=TAKES_PLACE
        )
        lines = list_events(upcoming.order_by("starts_at")[:4], language=PAGE_LANGUAGE)
        series = series_in_words([line.event.pk for line in lines], account)
        context["upcoming_events"] = [(line, series.get(line.event.pk, "")) for line in lines]
    if not context["has_no_role"]:
        context["attack"] = current_attack()
        context["discreet_waits"] = not is_ready(current_brand()) and somebody_is_discreet()
    if account.has_perm(SEE_FINDINGS):
        context["findings"], context["checked_at"] = kept_findings()
        context["missing_processes"] = missing_processes()
        checked_at = context["checked_at"]
        context["checks_have_stopped"] = (
            checked_at is not None and timezone.now() - checked_at > 3 * EVERY
        )
    if account.has_perm("subscribers.view_application"):
        waiting = visible_applications(account).filter(status=ApplicationStatus.AWAITING_REVIEW)
        # In the order of their index, so that no more are read than are counted.
        number = waiting.order_by("confirmed_at")[: WAITING_AT_MOST + 1].count()
        context["applications"] = number
        context["applications_in_words"] = _in_words(number, WAITING_AT_MOST)
    if account.has_perm("subscribers.view_subscriber"):
        context["subscribed"] = count_up_to(_subscribed(account))
    return context


def _campaigns(account: Account) -> dict[str, Any]:
    campaigns = visible_campaigns(account).select_related("topic", "event", "retraction")
    # Why one isn't sent as it was scheduled must not be lost among newer drafts.
    latest = campaigns.order_by(_HAS_NO_REASON, "-updated_at")
    # What is left of a cancelled event's series isn't sent.
    left = ~Q(step="") & Q(event__status=EventStatus.CANCELLED)
    in_progress = list(campaigns.filter(status__in=MOVING)[:10])
    sent = list(campaigns.filter(status=CampaignStatus.SENT).order_by("-finished_at")[:5])
    numbers = totals_of([*in_progress, *sent])
    series = waiting_steps(account)
    others = latest.exclude(pk__in=[line.campaign.pk for line in series if line.campaign])
    return {
        "waiting_reviews": waiting_reviews(account),
        "doubtful": doubtful_emails(campaigns) if account.has_perm(LAUNCH) else [],
        "lapsed": lapsed_approvals(campaigns),
        "in_progress": [CampaignSummary(each, numbers[each.pk]) for each in in_progress],
        "ready": _lines(others.filter(status=CampaignStatus.APPROVED)[:6]),
        "drafts": _lines(others.filter(status__in=DRAFTS).exclude(left)[:6]),
        "series": series,
        "latest_emails": [CampaignSummary(each, numbers[each.pk]) for each in sent],
    }


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
