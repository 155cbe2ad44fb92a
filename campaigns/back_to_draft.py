"""Taking approved and scheduled campaigns back to draft, because what was approved has changed."""

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus
from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance

NEXT = (
    "This campaign is a draft again: it needs a new approval and, if it was scheduled, a new time."
)
ROOM = 300 - len(f" {NEXT}")
"""Characters of a reason that the column holds beside it."""


def back_to_draft(campaigns: QuerySet[Campaign], *, why: str = "") -> list[Campaign]:
    """Make drafts of those `campaigns` that may become drafts again, in the caller's transaction.

    Who notices a change calls it: of content, audience or event (`campaigns.content.edit`,
    `campaigns.events.schedule`), of the brand, or of a reviewer's mind (`campaigns.review`). So
    does a start that finds a campaign unfit to be sent by now (`campaigns.sending.freeze`).

    Args:
        why: for staff; the campaign's pages show it, and what comes next. One that is too long is
            cut.

    Returns:
        Those that were taken back, with the status that they had.
    """
    ready = campaigns.filter(status__in=CAMPAIGN_TRANSITIONS[CampaignStatus.DRAFT])
    taken = list(ready.select_for_update().order_by("pk"))
    transition(
        Campaign.objects.filter(pk__in=[campaign.pk for campaign in taken]),
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.DRAFT,
        scheduled_at=None,
        pause_reason=f"{why[:ROOM]} {NEXT}" if why else "",
    )
    if taken:
        # An older copy of the database, restored, must not send what was taken back.
        advance(now=timezone.now())
    return taken
