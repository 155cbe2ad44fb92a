"""Telling publishers that the approval of a scheduled campaign doesn't count any more.

A role, an account or a grant is taken away in many places, and grants end by themselves. So the
clock looks, and whoever takes it away need not know of campaigns.
"""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from campaigns.events.local_time import moment_written
from campaigns.models import Campaign, Review
from campaigns.publishers import who_schedules
from campaigns.review.approval import why_it_lacks_approval
from campaigns.review.approvers import may_still_approve
from campaigns.review_mail import send_approval_lapsed
from campaigns.states import CampaignStatus


def tell_of_lapsed_approvals() -> int:
    """Mail publishers of scheduled campaigns whose reviewer may approve them no more.

    They are told once for each approval, in time to get another. Without one the campaign becomes
    a draft when it is due.

    Returns:
        The number of campaigns of which somebody was told.
    """
    return sum(_tell(review) for review in _untold() if _has_lapsed(review))


def _untold() -> list[Review]:
    """Return the latest decisions about scheduled campaigns, of whose end nobody was told."""
    latest = Review.objects.filter(campaign=OuterRef("campaign")).order_by("-pk").values("pk")[:1]
    found = Review.objects.filter(
        campaign__status=CampaignStatus.SCHEDULED,
        # Of one that is due they hear that it isn't sent.
        campaign__scheduled_at__gt=timezone.now(),
        pk=Subquery(latest),
        reviewer__isnull=False,
        lapse_told_at=None,
    )
    return list(found.select_related("campaign__topic", "campaign__event").order_by("pk"))


def _has_lapsed(review: Review) -> bool:
    return review.reviewer_id is not None and not may_still_approve(
        review.reviewer_id, review.campaign
    )


@transaction.atomic
def _tell(review: Review) -> bool:
    # Of two clocks, the one that notes it tells.
    untold = Review.objects.filter(pk=review.pk, lapse_told_at=None)
    if not untold.update(lapse_told_at=timezone.now()):
        return False
    campaign = review.campaign
    what = f"{why_it_lacks_approval(campaign)} {_what_comes_of_it(campaign)}"
    told = [send_approval_lapsed(each, campaign, what=what) for each in who_schedules(campaign)]
    return any(told)


def _what_comes_of_it(campaign: Campaign) -> str:
    if campaign.scheduled_at is None:
        return "Without a new one it isn’t sent."
    zone = campaign.event.time_zone if campaign.event else "UTC"
    due = moment_written(campaign.scheduled_at, zone, "en")
    return f"It is scheduled for {due}. Without a new approval before, it isn’t sent."
