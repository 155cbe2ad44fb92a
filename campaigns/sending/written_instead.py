"""Emails that go to those whom another one didn't reach."""

from collections.abc import Collection

from campaigns.audience.conditions.tree import Tree, names_row
from campaigns.models import Audience, SavedAudience


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


def _asks(tree: Tree, campaign_id: int, saved: Collection[int]) -> bool:
    return names_row(tree, "received", "campaign", campaign_id) or any(
        names_row(tree, "saved", "saved", pk) for pk in saved
    )
