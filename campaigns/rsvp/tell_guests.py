"""The clock's work on people who answered and whom no campaign reaches.

Guests are told how to join when subscribers are. Of a change everybody hears who may come: those
who aren't among the recipients of the campaign by a message of their own. It has fixed words, and
leaves when the campaign does, which somebody has approved and scheduled.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import batched

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.audience.noted import note
from campaigns.audience.same_change import lock_same_change
from campaigns.event_states import TAKES_PLACE, EventStatus
from campaigns.models import Campaign, Rsvp
from campaigns.rsvp.mail import send_event_changed, send_joining_details
from campaigns.rsvp.seats import locked_event
from campaigns.rsvp.told_apart import STEPS_FOR_GUESTS, told_apart
from campaigns.states import CampaignKind, CampaignStatus
from newsletter.models import TransactionalMessage

AT_ONCE = 500
"""Messages of one campaign in one run of the clock, so that what else it does isn't kept waiting.
The next run follows at once.
"""
TOGETHER = 20
"""Messages of one transaction. Whoever answers meanwhile waits for it, a fraction of a second."""
_CHANGES = (CampaignKind.UPDATE, CampaignKind.NEW_LINK)
_LEFT = (CampaignStatus.SENDING, CampaignStatus.SENT)
_CANCELLED = EventStatus.CANCELLED


def tell_guests(*, now: datetime | None = None) -> int:
    """Queue what people hear for each campaign to those who come, or about a change, that leaves.

    Each is told each step once for a start of the event, and each change once. Nobody is told
    whose answer came later, because it was confirmed with what is so now; nor of a step for another
    date than the campaign was for.

    Returns:
        The number of messages that were queued.
    """
    now = now or timezone.now()
    return sum(
        _tell(ids, campaign, now=now)
        for campaign in campaigns_that_tell(now=now)
        for ids in batched(_next_due(campaign), TOGETHER)
    )


def campaigns_that_tell(*, now: datetime) -> QuerySet[Campaign]:
    """Select the campaigns under way or sent whose news some people hear by a message.

    A change is news until the event ends, or would have: of one that is cancelled in its last
    minute, people still set out or wait for it. How to join is told again until it starts, because
    whoever comes had it with the confirmation.
    """
    takes_place, is_cancelled = Q(event__status__in=TAKES_PLACE), Q(event__status=_CANCELLED)
    campaigns = Campaign.objects.filter(
        Q(takes_place, step__in=STEPS_FOR_GUESTS, event__starts_at__gt=now)
        | Q(takes_place, kind__in=_CHANGES, event__ends_at__gt=now)
        | Q(is_cancelled, kind=CampaignKind.CANCELLATION, event__ends_at__gt=now),
        status__in=_LEFT,
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


def _next_due(campaign: Campaign) -> Sequence[int]:
    return list(due_of(campaign).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _tell(ids: Sequence[int], campaign: Campaign, *, now: datetime) -> int:
    """Queue what some people hear, and return how many messages there are."""
    due = locked_due_of(campaign, now=now).filter(pk__in=ids).select_related("event", "subscriber")
    send, told = _message_of(campaign), list[Rsvp]()
    for rsvp in due.order_by("pk").select_for_update(of=("self",)):
        if (message := send(rsvp)) is not None:
            note(rsvp, campaign, message_id=message.pk)
            told.append(rsvp)
    Rsvp.objects.bulk_update(told, ["told_steps", "told_message"])
    return len(told)


def _message_of(campaign: Campaign) -> Callable[[Rsvp], TransactionalMessage | None]:
    if campaign.kind in (CampaignKind.UPDATE, CampaignKind.CANCELLATION):
        return send_event_changed
    return partial(send_joining_details, is_changed=campaign.kind == CampaignKind.NEW_LINK)
