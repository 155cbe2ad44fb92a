"""Why one person is in the audience of a campaign, or not: each condition, and what decides."""

from dataclasses import dataclass

from campaigns.audience.narrow import conditions_met
from campaigns.audience.resolve import RECEIVE, conditions_of, fate_of, rule_of
from campaigns.models import Campaign
from subscribers.models import Subscriber


@dataclass(frozen=True, slots=True)
class Met:
    """A condition in words, and whether somebody meets it."""

    words: str
    is_met: bool
    is_exception: bool


@dataclass(frozen=True, slots=True)
class PersonsFate:
    """The fate of one person, by the same conditions as of all.

    Attributes:
        reason: as `Estimate` counts it; empty for whoever gets the campaign; None for somebody who
            never followed the topic.
        conditions: each of the audience's, whatever decides.
    """

    reason: str | None
    conditions: list[Met]

    @property
    def is_in(self) -> bool:
        return self.reason == ""


def why(campaign: Campaign, person: Subscriber) -> PersonsFate:
    """Say why a person is in the audience of a campaign, or isn't.

    The reason is the one under which `estimate` counts them: the statement is the same, of one row.
    """
    fate = fate_of(campaign, person)
    tree = conditions_of(campaign, rule_of(campaign))
    found = conditions_met(tree, person, topic_id=campaign.topic_id)
    return PersonsFate("" if fate == RECEIVE else fate, [Met(*each) for each in found])
