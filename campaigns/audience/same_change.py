"""Campaigns that tell of one change of an event, so that nobody hears of it twice.

There is one for each topic whose followers were told what was before, and some people follow two.
Others are told by a message of their own (`campaigns/rsvp/told_apart.py`).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.audience.left_over import earlier_versions
from campaigns.audience.noted import noted_of
from campaigns.models import Campaign, Delivery
from campaigns.states import EDITABLE, OPEN, REACHED_NOBODY, CampaignStatus
from subscribers.states import SubscriptionStatus

TOLD_ALREADY = "told_already"
"""The reason of followers who hear of the change in another way."""


def same_change(campaign: Campaign) -> QuerySet[Campaign]:
    """Select the campaigns that tell of the change that this one tells of, itself among them."""
    return Campaign.objects.filter(
        event=campaign.event_id, kind=campaign.kind, change_sequence=campaign.change_sequence
    )


def is_superseded(campaign: Campaign) -> bool:
    """Return whether another campaign tells of a later change than this one.

    One that was stopped after its start has told some of what is so now.
    """
    later = Campaign.objects.filter(
        event=campaign.event_id,
        kind=campaign.kind,
        change_sequence__gt=campaign.change_sequence or 0,
    )
    never_left = Q(status=CampaignStatus.CANCELLED, launched_at=None)
    return later.exclude(never_left).exists()


def lock_same_change(campaign: Campaign) -> None:
    """Keep the campaigns that tell of one change from starting in this transaction's time.

    Two of them that start at once, or a message of one's own beside them, would each miss whom the
    other tells. One that is starting is waited for; afterwards its deliveries can be seen.
    """
    if campaign.tells_of_change:
        waiting = same_change(campaign).filter(status__in=EDITABLE).order_by("pk")
        list(waiting.select_for_update(no_key=True).values_list("pk", flat=True))


def waits_for(campaign: Campaign) -> Campaign | None:
    """Return a campaign about the same change that must have left before this one starts.

    Its emails still wait for some who follow this one's topic, too. They would be left out here,
    and hear nothing if it were stopped.
    """
    if not campaign.tells_of_change:
        return None
    emails = Delivery.objects.filter(
        subscriber__subscriptions__topic=campaign.topic_id,
        subscriber__subscriptions__status=SubscriptionStatus.CONFIRMED,
        campaign=OuterRef("pk"),
        status__in=OPEN,
    )
    others = same_change(campaign).exclude(pk__in=[campaign.pk, *earlier_versions(campaign)])
    others = others.exclude(status__in=EDITABLE)
    return others.filter(Exists(emails)).first()


def reasons_of_change(campaign: Campaign, *, through: str = "") -> dict[str, Q]:
    """Build reason → condition on a subscriber; nothing for a campaign that tells of no change.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    if not campaign.tells_of_change:
        return {}
    others = same_change(campaign).exclude(pk=campaign.pk).values("pk")
    emails = Delivery.objects.filter(campaign__in=others, subscriber_id=OuterRef(f"{through}pk"))
    reached = Exists(emails.exclude(status__in=REACHED_NOBODY))
    return {TOLD_ALREADY: Q(reached) | noted_of(campaign, through=through)}
