"""Preflight's findings about the calendar part of a campaign's emails."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.audience.left_over import earlier_versions
from campaigns.calendars.availability import why_no_invitations
from campaigns.calendars.method import INVITING
from campaigns.event_states import CalendarMode
from campaigns.models import Campaign, Delivery, Event
from campaigns.need_to_know import name_beside
from campaigns.review.event_findings import AFTERWARDS
from campaigns.review.finding import PreflightFinding, blocker, warning
from campaigns.states import (
    REPEATED_STEPS,
    SHOWS_WAY_IN,
    UNDER_WAY,
    CampaignKind,
    CampaignStatus,
    DeliveryStatus,
)


def calendar_findings(campaign: Campaign) -> Iterator[PreflightFinding]:
    """Find out whether the event gets into calendars as staff want it to, and in order."""
    event = campaign.event
    if event is None or campaign.asks_for_consent:
        return
    if campaign.tells_of_change:
        yield from _overtaking(campaign, event)
    if campaign.step in REPEATED_STEPS and campaign.is_editable:
        same = _under_way(campaign, event).filter(step=campaign.step)
        yield from _wait_for(campaign, same, "is the same step for another date")
    if not campaign.carries_calendar:
        return
    if event.calendar_mode == CalendarMode.INVITATION and (why := why_no_invitations()):
        yield warning(
            f"Recipients get the event as a calendar file, not as an invitation. {why}",
            "event.calendar_mode",
        )
    # A calendar that hears of the change first, and then of what was before, shows the latter.
    if campaign.is_editable and not campaign.tells_of_change:
        inviting = _under_way(campaign, event).filter(calendar_method__in=INVITING)
        yield from _wait_for(campaign, inviting, "goes to the same calendars")


def _overtaking(campaign: Campaign, event: Event) -> Iterator[PreflightFinding]:
    """Find what still tells of the event as it was before the change.

    Those whom it hasn't reached yet are not among those who hear of the change, and would learn
    what was before, for good. It is asked at the start, too, when the campaign is sending already.
    """
    if not (campaign.is_editable or campaign.status in UNDER_WAY):
        return
    stale = _under_way(campaign, event).exclude(calendar_sequence=event.sequence)
    if campaign.kind == CampaignKind.NEW_LINK:
        says_how = stale.filter(~Q(join_url="") | Q(audience__rule__in=SHOWS_WAY_IN))
        yield from _wait_for(campaign, says_how, "says how to join as it was before")
    else:
        before_it = stale.exclude(audience__rule__in=AFTERWARDS)
        yield from _wait_for(campaign, before_it, "tells of the event as it was before")


def _under_way(campaign: Campaign, event: Event) -> QuerySet[Campaign]:
    """Select the other campaigns about an event that leave still.

    Of one that was stopped, those emails do which a worker had begun with; of one that was sent,
    those in doubt that are repeated under their key.
    """
    rows = Delivery.objects.filter(campaign=OuterRef("pk"))
    # By the token, which has an index: a stopped campaign may have had a million recipients.
    begun = rows.filter(status=DeliveryStatus.CLAIMED, claim_token__isnull=False)
    repeated = rows.filter(
        status=DeliveryStatus.UNCERTAIN,
        same_key_until__gt=timezone.now(),
        retry_at__isnull=False,
        attempt__lt=F("attempts_before") + settings.MAXIMUM_ATTEMPTS,
    )
    leaves = (
        Q(status__in=UNDER_WAY)
        | Q(Exists(begun), status=CampaignStatus.CANCELLED)
        | Q(Exists(repeated), status=CampaignStatus.SENT)
    )
    # What an earlier version of the same email still holds goes to others than this one.
    own = [campaign.pk, *earlier_versions(campaign)]
    return Campaign.objects.filter(leaves, event=event).exclude(pk__in=own)


def _wait_for(
    campaign: Campaign, others: QuerySet[Campaign], what_it_does: str
) -> Iterator[PreflightFinding]:
    if (other := others.select_related("topic").first()) is not None:
        name = name_beside(other, campaign)
        is_paused = other.status == CampaignStatus.PAUSED
        state = "is paused" if is_paused else "is still being sent"
        step = "Send a new version of it, resume it" if is_paused else "Wait until it has been sent"
        yield blocker(f"{name} {state}, and {what_it_does}. {step}, or stop it.", "event")
