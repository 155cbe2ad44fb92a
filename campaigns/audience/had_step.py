"""Leaving out those who have had a step of an event's series before.

A step's campaign can be stopped while it is being sent, and drafted anew. Those whom it reached are
left out then, and those who were told the same by a message of their own.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.audience.noted import noted_of
from campaigns.events.series import STEPS
from campaigns.models import Campaign, Delivery
from campaigns.states import REACHED_NOBODY

HAD_STEP = "had_step"
"""The reason of followers who have had the step before."""


def same_step(campaign: Campaign) -> QuerySet[Campaign]:
    """Select the campaigns that were sent of a step, itself among them, for its date.

    What asks people to come is sent once, whatever becomes of the event's date. A reminder and the
    way to join are for one date: they go out again for another.

    Args:
        campaign: of a step of its event's series.
    """
    sent = Campaign.objects.filter(
        event=campaign.event_id, step=campaign.step, launched_at__isnull=False
    )
    if campaign.event is None or STEPS[campaign.step].once:
        return sent
    return sent.filter(step_of=campaign.step_of or campaign.event.starts_at)


def reasons_of_step(campaign: Campaign, *, through: str = "") -> dict[str, Q]:
    """Build reason → condition on a subscriber; nothing where no campaign of the step was sent.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    if campaign.step not in STEPS or campaign.event is None:
        return {}
    before = list(same_step(campaign).exclude(pk=campaign.pk).values_list("pk", flat=True))
    if not before:
        return {}
    had = Delivery.objects.filter(campaign__in=before, subscriber_id=OuterRef(f"{through}pk"))
    reached = Exists(had.exclude(status__in=REACHED_NOBODY))
    return {HAD_STEP: Q(reached) | noted_of(campaign, through=through)}
