"""Pausing campaigns that tell of their event what isn't so any more, while some still wait for it.

Whoever gets such an email would come at a wrong hour, or to a wrong place. So nothing more of it
leaves until a person has decided: a new version for the rest, as it is, or not at all.
"""

import json

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.audience.rules import carries
from campaigns.content.fingerprint import approved_facts
from campaigns.event_states import EventChange
from campaigns.models import Campaign, Delivery, Event
from campaigns.review.approval import last_approval
from campaigns.sending.automatic_pause import pause_automatically
from campaigns.sending.claims.outdated import announcing
from campaigns.states import SHOWS_WAY_IN, UNDER_WAY, AudienceRule, CampaignStatus, DeliveryStatus

SINCE = "The event was changed since, and emails that still wait say what was before."
_WHY = (
    "Paused automatically: {what} changed since this was approved, and emails that still wait say "
    "what was before. Write a new version for the rest, or resume to send them as they are."
)
_BEFORE = "what was before."
"""In both."""
_WHAT = {
    EventChange.MOVED: "the event’s time or place was",
    EventChange.MOVED_BACK: "the event’s time or place was",
    EventChange.NEW_LINK: "the way to join the event was",
}
_OF_EVENT = ("event", "dial_in", "calendar")
"""What an approval covers of the time of an event, its place, and the way to join."""


@transaction.atomic
def pause_what_tells_of(event: Event, change: EventChange) -> int:
    """Pause the campaigns that are being sent, and say of an event what was before a change.

    Those that are paused for another reason say so, too. Follow-ups aren't, nor what tells of a
    cancellation; and a change of the way to join concerns those alone that say it.

    Args:
        event: as it is now.
        change: one of which people should hear.

    Returns:
        The number that this caller paused.
    """
    rows = announcing(Campaign.objects.filter(event=event, status__in=UNDER_WAY))
    if change is EventChange.NEW_LINK:
        rows = _saying_how_to_join(rows)
    waiting = [each for each in rows.order_by("pk") if _waits(each) and says_what_was(each)]
    for campaign in waiting:
        _add_reason(campaign)
    why = _WHY.format(what=_WHAT[change])
    return sum(pause_automatically(each.pk, reason=why) for each in waiting)


def is_for_event(campaign: Campaign) -> bool:
    """Return whether the reason of a pause says that the event was changed."""
    return _BEFORE in campaign.pause_reason


def _saying_how_to_join(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    # An email that was written by now either holds the link or goes to those who come.
    return campaigns.filter(carries(AudienceRule.HAS_LINK) | Q(audience__rule__in=SHOWS_WAY_IN))


def _waits(campaign: Campaign) -> bool:
    return Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.PLANNED).exists()


def says_what_was(campaign: Campaign) -> bool:
    """Return whether what was approved of a launched campaign's event isn't so any more.

    Where nobody knows what was approved, it may be so.
    """
    approval = last_approval(campaign)
    if approval is None or not approval.facts:
        return True
    present = json.loads(json.dumps(approved_facts(campaign)))
    return any(approval.facts.get(name) != present.get(name) for name in _OF_EVENT)


def _add_reason(campaign: Campaign) -> None:
    """Say of a paused campaign, beside why it is, that its event was changed."""
    # One that would go on by itself doesn't, and says why: see `campaigns.sending.canary`.
    paused = Campaign.objects.filter(pk=campaign.pk, status=CampaignStatus.PAUSED)
    found = paused.select_for_update().first()
    if found is None or found.goes_on_by_itself or SINCE in found.pause_reason:
        return
    reason = f"{found.pause_reason} {SINCE}".strip()
    if len(reason) <= 300:
        paused.update(pause_reason=reason)
