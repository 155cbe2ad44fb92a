"""The kinds of conditions that a saved audience may have: all that say something by themselves."""

from collections.abc import Mapping

from campaigns.audience.conditions.consent import CONSENT
from campaigns.audience.conditions.country import COUNTRY
from campaigns.audience.conditions.custom_field import CUSTOM_FIELD
from campaigns.audience.conditions.event_answer import ANSWER, ATTENDED
from campaigns.audience.conditions.institution import INSTITUTION
from campaigns.audience.conditions.joined import JOINED
from campaigns.audience.conditions.kind import Kind
from campaigns.audience.conditions.label import LABEL
from campaigns.audience.conditions.language import LANGUAGE
from campaigns.audience.conditions.office import OFFICE
from campaigns.audience.conditions.received import RECEIVED
from campaigns.audience.conditions.region import REGION
from campaigns.audience.conditions.topic import TOPIC

PLAIN_KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        COUNTRY,
        REGION,
        LANGUAGE,
        INSTITUTION,
        LABEL,
        OFFICE,
        ANSWER,
        ATTENDED,
        RECEIVED,
        TOPIC,
        JOINED,
        CONSENT,
        CUSTOM_FIELD,
    )
}
"""By their keys, in the order of the menu."""
