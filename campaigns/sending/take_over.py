"""Taking over: a later version gets the deliveries of the earlier one that were never attempted."""

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from campaigns.audience.left_over import left_over
from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign, Delivery
from campaigns.sending.content_language import content_language
from campaigns.sending.deliveries.ledger import leave_ledger
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus, DeliveryStatus
from newsletter.core.db.transition import transition
from subscribers.models import Subscriber

GOES_ON = "The rest goes on as “{name}”."
STILL_WAIT = (
    "Whoever was tried before keeps this version, and none of it is sent again until you resume."
)
_MAY_LEAVE = (DeliveryStatus.CLAIMED, DeliveryStatus.PLANNED, DeliveryStatus.UNCERTAIN)
"""States of rows that may be sent yet: also in doubt, under their key or as their worker gives them
back. In this order each is found in one of them, since a claim ends in doubt without the lock."""


class NothingToTakeOver(ValueError):
    """The earlier version isn't paused, or has nobody left. The message says so."""


def take_over(later: Campaign) -> int:
    """Move the deliveries that were never attempted from the earlier version to a later one.

    The rows themselves move, in the transaction in which the later version starts. So nobody is in
    both, and whoever holds an earlier version's row for a worker holds it still. Each row gets the
    language of the later version that its recipient reads; a time at which it is due stays.

    An earlier version with nothing left to send is let go, so that it is finished. One with rows
    that were tried before, or are in doubt, stays paused, and says why: a person decides about
    those.

    Returns:
        The number of rows.

    Raises:
        NothingToTakeOver: nothing was moved.
    """
    # The campaign's row first, as in a claim: nothing of it is claimed meanwhile.
    earlier = Campaign.objects.select_for_update(of=("self",)).get(later_versions=later)
    if earlier.status != CampaignStatus.PAUSED:
        raise NothingToTakeOver(
            f"“{earlier.name}” is not paused any more, so there is nobody to take over from it."
        )
    language = Subscriber.objects.filter(pk=OuterRef("subscriber_id")).values(
        chosen=content_language(later)
    )
    moved = left_over(earlier.pk).update(
        campaign_id=later.pk, language=Coalesce(Subquery(language), Value(later.language))
    )
    if not moved:
        raise NothingToTakeOver(f"Everybody whom “{earlier.name}” is for was written to.")
    leave_ledger(earlier.pk, planned=moved)
    _let_go(earlier, by=later)
    return moved


def _let_go(earlier: Campaign, *, by: Campaign) -> None:
    rows = Campaign.objects.filter(pk=earlier.pk)
    rows.update(canary_minutes=None)  # a person decides about those that were tried
    goes_on = GOES_ON.format(name=by.name)
    waits = Delivery.objects.filter(campaign=earlier)
    if any(waits.filter(status=status).exists() for status in _MAY_LEAVE):
        rows.update(pause_reason=f"{goes_on} {STILL_WAIT}"[:300])
    elif transition(rows, CAMPAIGN_TRANSITIONS, CampaignStatus.SENDING, pause_reason=goes_on[:300]):
        record_campaign(CampaignAuditAction.RESUMED, earlier, later_version=by.pk)
