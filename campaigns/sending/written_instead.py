"""Emails that go to those whom another one didn't reach, and who got one of them."""

from collections.abc import Collection

from campaigns.audience.conditions.tree import Tree, names_row
from campaigns.models import Audience, Delivery, SavedAudience
from campaigns.states import REACHED_NOBODY


def written_instead(campaign_id: int) -> list[int]:
    """Return the ids of campaigns whose audience asks who got another one, or didn't.

    Args:
        campaign_id: that other one.
    """
    saved = {
        each.pk for each in SavedAudience.objects.all() if _asks(each.conditions, campaign_id, ())
    }
    rows = Audience.objects.exclude(conditions={}).exclude(campaign=campaign_id)
    conditions = rows.order_by("campaign").values_list("campaign", "conditions")
    return [pk for pk, tree in conditions if _asks(tree, campaign_id, saved)]


def got_instead(campaigns: list[int], subscribers: set[int]) -> set[int]:
    """Return who of some people got one of some campaigns, or may still get it."""
    if not campaigns:
        return set()
    rows = Delivery.objects.filter(campaign__in=campaigns, subscriber__pk__any_of=subscribers)
    got = rows.exclude(status__in=REACHED_NOBODY).values_list("subscriber_id", flat=True)
    return {pk for pk in got if pk is not None}


def _asks(tree: Tree, campaign_id: int, saved: Collection[int]) -> bool:
    return names_row(tree, "received", "campaign", campaign_id) or any(
        names_row(tree, "saved", "saved", pk) for pk in saved
    )
