"""Requests to review a campaign, as long as they stand: asked, and ended."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Campaign, ReviewRequest
from campaigns.review_mail import send_review_requested, send_review_withdrawn
from campaigns.review_states import ReviewEnding
from newsletter.audit.actor import current_actor
from staff.accounts.names import name_of

_WHAT = {
    ReviewEnding.WITHDRAWN: ("Review withdrawn", "{who} withdrew the request."),
    ReviewEnding.CHANGED: (
        "No review needed",
        "{who} changed the campaign, so it is a draft again.",
    ),
    ReviewEnding.CANCELLED: ("Campaign cancelled", "{who} cancelled the campaign."),
}
"""Subjects and sentences for those who were asked. Of a decision they aren't told: their page shows
it, and who decided in their place needn't write to them."""


def open_requests(campaign: Campaign) -> QuerySet[ReviewRequest]:
    """Select the requests that stand, in the order in which people were asked."""
    return campaign.review_requests.filter(ended_at=None).select_related("account").order_by("pk")


def ask(campaign: Campaign, accounts: Iterable[User]) -> list[User]:
    """Ask people to review a campaign, and mail them. The caller holds the campaign.

    Returns:
        Those who hadn't been asked yet.
    """
    actor = current_actor()
    by = name_of(actor.account_id, otherwise=actor.name)
    asked = set(open_requests(campaign).values_list("account_id", flat=True))
    new = [account for account in accounts if account.pk not in asked]
    for account in new:
        ReviewRequest.objects.create(
            campaign=campaign, account=account, asked_by_id=actor.account_id, by=by[:150]
        )
        send_review_requested(account, campaign, by=by)
    return new


def end_requests(campaign: Campaign, ending: ReviewEnding) -> list[ReviewRequest]:
    """End the requests that stand, and mail those who were asked that they need do nothing.

    The caller holds the campaign. Nobody is told twice, nor whoever ends it.

    Returns:
        Those that this call ended.
    """
    actor = current_actor()
    who = name_of(actor.account_id, otherwise=actor.name)
    ended = list(open_requests(campaign))
    ReviewRequest.objects.filter(pk__in=[each.pk for each in ended]).update(
        ended_at=timezone.now(), ending=ending, ended_by=who[:150]
    )
    for each in ended:
        if ending in _WHAT and each.account_id != actor.account_id:
            decision, what = _WHAT[ending]
            send_review_withdrawn(
                each.account, campaign, decision=decision, what=what.format(who=who)
            )
    return ended
