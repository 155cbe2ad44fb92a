"""Drafting again what tells of the latest change of an event, where staff stopped it.

Whoever was told before it was stopped is left out, because both tell of one change
(`campaigns/audience/same_change.py`).
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from campaigns.audience.resolve import receivers_of
from campaigns.content.draft_update import draft_of_change
from campaigns.event_states import EventStatus
from campaigns.models import Campaign, Delivery, Event
from campaigns.rsvp.seats import locked_event
from campaigns.rsvp.told_apart import told_apart
from campaigns.states import REACHED_NOBODY, CampaignKind, CampaignStatus


@transaction.atomic
def draft_again(event: Event, *, among: QuerySet[Campaign]) -> list[Campaign]:
    """Draft anew what `stopped_updates` finds. Pressed twice, also at once, it does so once.

    Args:
        among: the campaigns that whoever asks may know of.

    Returns:
        The new drafts.
    """
    stopped = stopped_updates(locked_event(event.pk), among=among)
    return [draft_of_change(each) for each in stopped]


def stopped_updates(event: Event, *, among: QuerySet[Campaign]) -> list[Campaign]:
    """Return the campaigns about an event's latest change that were stopped too early.

    Staff cancelled them, no other of their topic tells of that change, and somebody still is to
    hear of it. What came to nothing by a later change isn't among them: neither an update of an
    event that was cancelled, nor one of a move that was taken back.

    Args:
        among: from which they are.
    """
    if event.ends_at <= timezone.now():
        return []
    campaigns = Campaign.objects.filter(event=event, kind__in=_kinds_to_tell(event))
    latest = campaigns.order_by().values_list("kind").annotate(Max("change_sequence"))
    return [
        campaign
        for kind, sequence in latest
        if sequence is not None
        for campaign in _stopped_of(campaigns.filter(kind=kind, change_sequence=sequence), among)
        if _is_left_to_tell(campaign)
    ]


def _kinds_to_tell(event: Event) -> Collection[CampaignKind]:
    """Return the kinds of campaigns whose news is so now."""
    if event.status == EventStatus.CANCELLED:
        return [CampaignKind.CANCELLATION]
    return [CampaignKind.UPDATE, CampaignKind.NEW_LINK] if event.takes_place else []


def _stopped_of(change: QuerySet[Campaign], among: QuerySet[Campaign]) -> list[Campaign]:
    """Return the last one of each topic, of those with none that isn't cancelled."""
    others = change.exclude(status=CampaignStatus.CANCELLED)
    stopped = change.exclude(topic__in=others.values("topic")).filter(pk__in=among.values("pk"))
    by_topic = {each.topic_id: each for each in stopped.select_related("event").order_by("pk")}
    return list(by_topic.values())


def _is_left_to_tell(stopped: Campaign) -> bool:
    """Return whether somebody still is to hear of the change, in either way."""
    own = Delivery.objects.filter(campaign=stopped, subscriber_id=OuterRef("pk"))
    told = Exists(own.exclude(status__in=REACHED_NOBODY))
    return receivers_of(stopped).exclude(told).exists() or told_apart(stopped).exists()
