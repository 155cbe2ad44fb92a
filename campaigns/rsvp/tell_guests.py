"""The clock's work on guests: they are told how to join, and of changes, when subscribers are.

A guest is no subscriber, so no campaign reaches them. What they get has fixed words, and leaves
when the campaign does, which somebody has approved and scheduled.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.audience.rules import COMES
from campaigns.event_states import TAKES_PLACE, EventStatus
from campaigns.models import Campaign, Delivery, Rsvp
from campaigns.rsvp.mail import send_event_changed, send_joining_details
from campaigns.states import CampaignKind, CampaignStatus, CampaignStep, DeliveryStatus

AT_ONCE = 500
"""Guests of one campaign in one run of the clock."""
_STEPS = (CampaignStep.DETAILS_DAY, CampaignStep.DETAILS_HOUR)
_CHANGES = (CampaignKind.UPDATE, CampaignKind.NEW_LINK)
_LEFT = (CampaignStatus.SENDING, CampaignStatus.SENT)


def tell_guests(*, now: datetime | None = None) -> int:
    """Queue what guests hear for each campaign to those who come, or about a change, that leaves.

    Each guest is told each step once for a start of the event, and each change once. Nobody is told
    whose answer came later, because it was confirmed with the way in; nor after the start, or for
    another date than the campaign was for.

    Returns:
        The number of messages that were queued.
    """
    now = now or timezone.now()
    joins_or_changes = Q(step__in=_STEPS) | Q(kind__in=_CHANGES)
    campaigns = Campaign.objects.filter(
        Q(joins_or_changes, event__status__in=TAKES_PLACE)
        | Q(kind=CampaignKind.CANCELLATION, event__status=EventStatus.CANCELLED),
        status__in=_LEFT,
        event__starts_at__gt=now,
    )
    return sum(_of_campaign(campaign) for campaign in campaigns.select_related("event"))


def _of_campaign(campaign: Campaign) -> int:
    event = campaign.event
    if event is None or campaign.launched_at is None:
        return 0
    # The same for each topic that has a campaign about the change.
    key = f"{campaign.kind} {campaign.calendar_sequence}"
    if not campaign.tells_of_change:
        if campaign.step_of != event.starts_at:
            return 0
        key = f"{campaign.step} {event.starts_at.isoformat()}"
    guests = Rsvp.objects.filter(COMES, event=event, answered_at__lte=campaign.launched_at)
    known = guests.exclude(digest="").order_by("pk").values_list("pk", "told_steps")
    due = [pk for pk, told in known if key not in told]
    return sum(_tell(pk, key, campaign) for pk in due[:AT_ONCE])


@transaction.atomic
def _tell(rsvp_id: int, key: str, campaign: Campaign) -> bool:
    """Queue what one guest hears, and return whether there is a message.

    The row is locked, so that two clocks tell them once, and an answer that changes is seen.
    """
    rows = Rsvp.objects.select_for_update(of=("self",)).filter(COMES, pk=rsvp_id)
    rsvp = rows.select_related("event", "subscriber").first()
    if rsvp is None or key in rsvp.told_steps:
        return False
    rsvp.told_steps = [*rsvp.told_steps, key]
    rsvp.save(update_fields=["told_steps"])
    # Somebody may have answered as a guest and follow the topic, too.
    emails = Delivery.objects.filter(_says_the_same(campaign), subscriber__digest=rsvp.digest)
    if emails.exclude(status=DeliveryStatus.SKIPPED).exists():
        return False
    if campaign.kind in (CampaignKind.UPDATE, CampaignKind.CANCELLATION):
        return send_event_changed(rsvp) is not None
    return send_joining_details(rsvp) is not None


def _says_the_same(campaign: Campaign) -> Q:
    """Build the condition on a delivery that its campaign is this one, or tells of its change."""
    if not campaign.tells_of_change:
        return Q(campaign=campaign)
    return Q(
        campaign__event=campaign.event_id,
        campaign__kind=campaign.kind,
        campaign__calendar_sequence=campaign.calendar_sequence,
    )
