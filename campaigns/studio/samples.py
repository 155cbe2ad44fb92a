"""Sample readers: through whose eyes a letter is previewed."""

from django.db.models import Q

from campaigns.audience.resolve import audience_of
from campaigns.models import Campaign
from subscribers.models import Subscriber

NOBODY = "A reader without name and time zone"
SAMPLES = 8
LOOKED_AT = 200
"""Rows that are looked at for readers who differ; the audience may be a million."""


def sample_readers(campaign: Campaign) -> list[Subscriber]:
    """A few of the readers, of as many time zones as are found among the first, those with a name first."""
    seen: dict[str, Subscriber] = {}
    for reader in audience_of(campaign).filter(~Q(given_name="")).order_by("pk")[:LOOKED_AT]:
        seen.setdefault(reader.time_zone, reader)
        if len(seen) == SAMPLES:
            break
    return list(seen.values())


def chosen_reader(campaign: Campaign, number: str) -> Subscriber | None:
    """The reader that a form names, if it is one of this campaign's; None is one of whom we know nothing."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return audience_of(campaign).filter(pk=int(number)).first()
