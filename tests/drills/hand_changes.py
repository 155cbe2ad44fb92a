"""The hand's deeds about what tells people of a change of the event.

The hand (tests.drills.hand) has set Django up.
"""

from typing import Any

from campaigns.models import Campaign, Event
from campaigns.review.approval import CannotApprove, approve
from campaigns.rsvp.tell_guests import tell_guests
from campaigns.sending.launch import CannotLaunch, launch_now
from campaigns.states import TELLS_OF_CHANGE, CampaignStatus
from subscribers.models import Subscriber, Topic
from subscribers.queries import followers, suppressed

type Answer = dict[str, Any]


def send_changes() -> Answer:
    """Approve and launch what tells of a change of the event, as far as it may leave by now.

    Returns:
        The campaigns that this launched, and why others have to wait.
    """
    launched, why = [], {}
    ready = Campaign.objects.filter(
        kind__in=TELLS_OF_CHANGE, status__in=[CampaignStatus.DRAFT, CampaignStatus.APPROVED]
    )
    for campaign in ready.order_by("pk"):
        try:
            if campaign.status == CampaignStatus.DRAFT:
                approve(campaign, by="the drill")
            launched.append(launch_now(campaign).pk)
        except (CannotApprove, CannotLaunch) as error:
            why[campaign.pk] = str(error)
    return {"campaigns": launched, "why": why}


def tell_the_rest() -> Answer:
    """Queue the single messages about changes that the clock hasn't queued yet."""
    return {"told": tell_guests()}


def outcome() -> Answer:
    """Return the changes that campaigns told of, the event's last sequence, and who follows.

    `reachable` are those who get no campaign any more, too, but may get single messages.
    """
    event = Event.objects.first()
    told = Campaign.objects.filter(kind__in=TELLS_OF_CHANGE, launched_at__isnull=False)
    people = followers(Topic.objects.get()).exclude(suppressed("digest"))
    return {
        "changes": list(told.values_list("kind", "calendar_sequence")),
        "last_change": told.order_by("calendar_sequence")
        .values("kind", "calendar_sequence", "status", "launched_at")
        .last(),
        "sequence": event.sequence if event else 0,
        "followers": list(people.values_list("pk", flat=True)),
        "reachable": list(
            Subscriber.objects.exclude(suppressed("digest")).values_list("pk", flat=True)
        ),
    }
