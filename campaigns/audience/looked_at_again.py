"""Looking at answers again before each email leaves, of the people of one claim."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from campaigns.audience.narrow import looks_again, who_fits_conditions
from campaigns.audience.rules import who_fits
from campaigns.models import Audience, Campaign


class StillFitting(NamedTuple):
    """Those of some subscribers who still fit, by each part of an audience about answers.

    None where the audience has no such part.
    """

    by_rule: Collection[int] | None = None
    by_conditions: Collection[int] | None = None

    @staticmethod
    def fits_not(part: Collection[int] | None, subscriber_id: int) -> bool:
        return part is not None and subscriber_id not in part


NOT_LOOKED_AT = StillFitting()


def who_still_fits(campaign: Campaign, *, among: Iterable[object]) -> StillFitting:
    """Select those of some subscribers who fit what a campaign's audience says of answers now.

    Args:
        campaign: with its audience.
        among: ids of subscribers; None is nobody.
    """
    audience: Audience | None = getattr(campaign, "audience", None)
    if audience is None or not (audience.rule or audience.conditions):
        return NOT_LOOKED_AT
    ids = list(among)
    again = looks_again(audience.conditions, topic_id=campaign.topic_id)
    return StillFitting(
        by_rule=who_fits(audience.rule, campaign.event_id, among=ids) if audience.rule else None,
        by_conditions=who_fits_conditions(audience.conditions, among=ids) if again else None,
    )
