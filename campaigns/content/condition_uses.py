"""The saved audiences and open campaigns whose conditions name a row, such as a label."""

from collections.abc import Iterator

from campaigns.audience.conditions.tree import names_row
from campaigns.models import Audience, Campaign, SavedAudience
from campaigns.states import CampaignStatus

_OVER = (CampaignStatus.SENT, CampaignStatus.CANCELLED)


def campaigns_naming(kind: str, name: str, value: object) -> Iterator[Campaign]:
    """Yield the campaigns that aren't over and have a condition on a row. Few are open at a time.

    Args:
        kind: of the condition.
        name, value: the key that names the row, and what it is for this one.
    """
    rows = Audience.objects.exclude(campaign__status__in=_OVER).exclude(conditions={})
    for audience in rows.select_related("campaign__topic").order_by("campaign_id"):
        if names_row(audience.conditions, kind, name, value):
            yield audience.campaign


def saved_audiences_naming(kind: str, name: str, value: object) -> Iterator[SavedAudience]:
    """Yield the saved audiences that have a condition on a row.

    Args:
        kind, name, value: as in `campaigns_naming`.
    """
    for saved in SavedAudience.objects.all():
        if names_row(saved.conditions, kind, name, value):
            yield saved


def uses_in_words(kind: str, name: str, value: object) -> list[str]:
    """Return what has a condition on a row, for staff of any topic.

    Args:
        kind, name, value: as in `campaigns_naming`.
    """
    saved = [f"the audience “{each.name}”" for each in saved_audiences_naming(kind, name, value)]
    campaigns = [
        "a campaign about a need-to-know topic"
        if each.topic.is_restricted
        else f"the campaign “{each.name}”"
        for each in campaigns_naming(kind, name, value)
    ]
    return [*saved, *dict.fromkeys(campaigns)]
