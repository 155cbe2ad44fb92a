"""The clock's work on people who answered and whom no campaign reaches.

Guests are told how to join when subscribers are. Of a change everybody hears who may come: those
who aren't among the recipients of the campaign by a message of their own. It has fixed words, and
leaves when the campaign does, which somebody has approved and scheduled.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.audience.noted import key_of
from campaigns.audience.same_change import lock_same_change
from campaigns.event_states import TAKES_PLACE, EventStatus
from campaigns.models import Campaign, Rsvp
from campaigns.rsvp.mail import send_event_changed, send_joining_details
from campaigns.rsvp.seats import locked_event
from campaigns.rsvp.told_apart import STEPS_FOR_GUESTS, told_apart
from campaigns.states import CampaignKind, CampaignStatus

AT_ONCE = 500
"""Messages of one campaign in one run of the clock."""
_CHANGES = (CampaignKind.UPDATE, CampaignKind.NEW_LINK)
_LEFT = (CampaignStatus.SENDING, CampaignStatus.SENT)


def tell_guests(*, now: datetime | None = None) -> int:
    """Queue what people hear for each campaign to those who come, or about a change, that leaves.

    Each is told each step once for a start of the event, and each change once. Nobody is told
    whose answer came later, because it was confirmed with what is so now; nor after the start, or
    of a step for another date than the campaign was for.

    Returns:
        The number of messages that were queued.
    """
    now = now or timezone.now()
    return sum(
        _tell(rsvp_id, campaign, now=now)
        for campaign in campaigns_that_tell(now=now)
        for rsvp_id in due_of(campaign).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    )


def campaigns_that_tell(*, now: datetime) -> QuerySet[Campaign]:
    """Select the campaigns under way or sent whose news some people hear by a message."""
    joins_or_changes = Q(step__in=STEPS_FOR_GUESTS) | Q(kind__in=_CHANGES)
    campaigns = Campaign.objects.filter(
        Q(joins_or_changes, event__status__in=TAKES_PLACE)
        | Q(kind=CampaignKind.CANCELLATION, event__status=EventStatus.CANCELLED),
        status__in=_LEFT,
        event__starts_at__gt=now,
    )
    return campaigns.select_related("event")


def due_of(campaign: Campaign) -> QuerySet[Rsvp]:
    """Select the answers whose owners are to be told now what a campaign tells.

    Args:
        campaign: one of `campaigns_that_tell`.
    """
    event = campaign.event
    if event is None or (not campaign.tells_of_change and campaign.step_of != event.starts_at):
        return Rsvp.objects.none()
    return told_apart(campaign)


def locked_due_of(campaign: Campaign, *, now: datetime) -> QuerySet[Rsvp]:
    """Lock a campaign's event, and select the answers of `due_of` as all is afterwards.

    The event is locked as for an answer, so that two clocks tell people once, an answer that
    changes is seen, and none that is being saved loses the note. Whoever held the lock may have
    cancelled or moved the event.

    Args:
        campaign: as it was before, one of `campaigns_that_tell`.
    """
    if campaign.event_id is None:
        return Rsvp.objects.none()
    locked_event(campaign.event_id)
    lock_same_change(campaign)
    present = campaigns_that_tell(now=now).filter(pk=campaign.pk).first()
    return due_of(present) if present else Rsvp.objects.none()


@transaction.atomic
def _tell(rsvp_id: int, campaign: Campaign, *, now: datetime) -> bool:
    """Queue what one person hears, and return whether there is a message."""
    due = locked_due_of(campaign, now=now).select_related("event", "subscriber")
    rsvp = due.filter(pk=rsvp_id).select_for_update(of=("self",)).first()
    if rsvp is None:
        return False
    changes = campaign.kind in (CampaignKind.UPDATE, CampaignKind.CANCELLATION)
    if (send_event_changed if changes else send_joining_details)(rsvp) is None:
        return False
    rsvp.told_steps = [*rsvp.told_steps, key_of(campaign)]
    rsvp.save(update_fields=["told_steps"])
    return True
