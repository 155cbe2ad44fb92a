"""Campaigns that wait for the person who looks at the dashboard: for their review, or their pen."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from campaigns.models import Campaign, CampaignVersion, Review, ReviewRequest
from campaigns.need_to_know import visible_campaigns
from campaigns.review.approvers import answerable_requests, may_approve_as_author
from campaigns.review_states import ReviewDecision
from campaigns.states import CampaignStatus, VersionReason
from campaigns.studio.decorators import APPROVE, COMPOSE

AT_MOST = 10
"""Campaigns of each kind that the dashboard lists."""


@dataclass(frozen=True, slots=True)
class WaitingCampaign:
    """A campaign that waits for somebody, and the sentence that says so.

    Attributes:
        since: when it began to wait, where that is known.
    """

    campaign: Campaign
    words: str
    since: datetime | None = None


def waiting_reviews(account: User | AnonymousUser) -> list[WaitingCampaign]:
    """Return what waits for a person: reviews that they were asked for, then the others.

    The others are reviews for which nobody was asked by name, and campaigns of theirs to which
    somebody requested changes.
    """
    found: list[WaitingCampaign] = []
    campaigns = visible_campaigns(account).select_related("event", "topic")
    if account.has_perm(APPROVE):
        in_review = campaigns.filter(status=CampaignStatus.IN_REVIEW)
        found += [*_asked(in_review, account), *_open_to_all(in_review)]
    if account.has_perm(COMPOSE):
        found += _returned(campaigns, account)
    return found


def _asked(campaigns: QuerySet[Campaign], account: User | AnonymousUser) -> list[WaitingCampaign]:
    requests = (
        ReviewRequest.objects.filter(campaign__in=campaigns, account=account.pk, ended_at=None)
        .select_related("campaign")
        .order_by("pk")
    )
    return [
        WaitingCampaign(each.campaign, f"{each.by} asks you for a review", each.asked_at)
        for each in requests[:AT_MOST]
    ]


def _open_to_all(campaigns: QuerySet[Campaign]) -> list[WaitingCampaign]:
    # Whoever was asked and may approve no more mustn't keep it from the others.
    asked = answerable_requests().filter(campaign=OuterRef("pk"))
    found = campaigns.filter(~Exists(asked)).order_by("-updated_at")[:AT_MOST]
    words = "Waits for a review by anybody who may approve it"
    return [WaitingCampaign(each, words) for each in found if may_approve_as_author(each)]


def _returned(
    campaigns: QuerySet[Campaign], account: User | AnonymousUser
) -> list[WaitingCampaign]:
    latest = Review.objects.filter(campaign=OuterRef("pk")).order_by("-pk")
    found = campaigns.filter(submitted_by=account.pk, status=CampaignStatus.DRAFT).annotate(
        decision=Subquery(latest.values("decision")[:1]),
        reviewer_name=Subquery(latest.values("by")[:1]),
        decided_at=Subquery(latest.values("decided_at")[:1]),
    )
    # Whoever submitted it again since has seen to that, and perhaps withdrew it.
    submitted = CampaignVersion.objects.filter(
        campaign=OuterRef("pk"), reason=VersionReason.SUBMITTED, made_at__gt=OuterRef("decided_at")
    )
    returned = found.filter(~Exists(submitted), decision=ReviewDecision.RETURNED)
    return [
        WaitingCampaign(each, f"{each.reviewer_name} requested changes", each.decided_at)
        for each in returned.order_by("-decided_at")[:AT_MOST]
    ]
