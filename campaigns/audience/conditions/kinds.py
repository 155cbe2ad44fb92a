"""The kinds of conditions that the rule of a campaign may have."""

from collections.abc import Mapping

from campaigns.audience.conditions.kind import Kind
from campaigns.audience.conditions.plain_kinds import PLAIN_KINDS
from campaigns.audience.conditions.saved import SAVED

KINDS: Mapping[str, Kind] = {**PLAIN_KINDS, SAVED.key: SAVED}
"""By their keys, in the order of the menu."""
