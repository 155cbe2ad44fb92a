"""Leaving out those who have had a step of an event's series before.

A step's campaign can be stopped while it is being sent, and drafted anew. Those whom it reached are
left out then.
"""

from django.db.models import Exists, OuterRef, Q

from campaigns.events.series import STEPS
from campaigns.models import Campaign, Delivery
from campaigns.states import REACHED_NOBODY

HAD_STEP = "had_step"
"""The reason of followers who have had the step before."""


def reasons_of_step(campaign: Campaign, *, through: str = "") -> dict[str, Q]:
    """Build reason → condition on a subscriber; nothing where no campaign of the step was sent.

    What asks people to come is sent once, whatever becomes of the event's date. A reminder and the
    way to join are for one date: they go out again for another.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    step, event = STEPS.get(campaign.step), campaign.event
    if step is None or event is None:
        return {}
    others = Campaign.objects.filter(event=event, step=step.step, launched_at__isnull=False)
    others = others.exclude(pk=campaign.pk)
    if not step.once:
        others = others.filter(step_of=event.starts_at)
    before = list(others.values_list("pk", flat=True))
    if not before:
        return {}
    had = Delivery.objects.filter(campaign__in=before, subscriber_id=OuterRef(f"{through}pk"))
    return {HAD_STEP: Q(Exists(had.exclude(status__in=REACHED_NOBODY)))}
