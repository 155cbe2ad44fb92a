"""Taking campaigns back to draft, because what was approved or is being reviewed has changed."""

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign
from campaigns.review_requests import end_requests
from campaigns.review_states import ReviewEnding
from campaigns.schedule_mail import tell_not_sent
from campaigns.states import CAMPAIGN_TRANSITIONS, EDITABLE, READY, CampaignStatus
from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance

NEXT = (
    "This campaign is a draft again: it needs a new approval and, if it was scheduled, a new time."
)
NEXT_IN_MAIL = "It is a draft again: it needs a new approval and a new time."
ROOM = 300 - len(f" {NEXT}")
"""Characters of a reason that the column holds beside it."""


def back_to_draft(
    campaigns: QuerySet[Campaign], *, why: str = "", news: str | None = None
) -> list[Campaign]:
    """Make drafts of those `campaigns` that may become drafts again, in the caller's transaction.

    Who holds the campaign calls it: an edit (`campaigns.content.open_for_edit`), a reviewer who
    requests changes (`campaigns.review`), and a start that finds it unfit to be sent by now
    (`campaigns.sending.freeze`). Whoever was asked to review one is told that they need not, and
    whoever scheduled one that it isn't sent at its time.

    Args:
        why: for staff; the campaign's pages show it, and what comes next. One that is too long is
            cut. It is empty where the caller records in the audit log what was done instead.
        news: for whoever scheduled one, as sentences; None: `why`; empty: nothing is said, because
            they hear of it otherwise.

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
    for campaign in taken:
        if campaign.status == CampaignStatus.IN_REVIEW:
            end_requests(campaign, ReviewEnding.CHANGED)
        if campaign.status == CampaignStatus.SCHEDULED and (said := why if news is None else news):
            tell_not_sent(campaign, why=said, then=NEXT_IN_MAIL)
        if why:
            record_campaign(CampaignAuditAction.TAKEN_BACK, campaign, was=campaign.status)
    if taken:
        # An older copy of the database, restored, must not send what was taken back.
        advance(now=timezone.now())
    return taken


def end_approvals(
    campaigns: QuerySet[Campaign], *, why: str, news: str | None = None
) -> list[Campaign]:
    """Take the approved and scheduled ones of `campaigns` back to draft, as `back_to_draft` does.

    Who changes what they show without holding them calls it, after the change and in its
    transaction: of their event (`campaigns.events.schedule`), their topic or the brand
    (`campaigns.receivers`). What is being sent goes on.

    Args:
        why: as in `back_to_draft`.
        news: as in `back_to_draft`.
    """
    # Somebody may be approving one in this moment, and has read what was there before. Their
    # transaction is waited for, and its approval ends as well. Whoever comes later waits for ours.
    list(campaigns.filter(status__in=EDITABLE).select_for_update().order_by("pk").values_list("pk"))
    return back_to_draft(campaigns.filter(status__in=READY), why=why, news=news)
