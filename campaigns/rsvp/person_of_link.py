"""The answer that a link in mail is about."""

from datetime import datetime

from campaigns.models import Rsvp
from subscribers.consent.confirm import is_of_earlier_address


def rsvp_of_link(number: int, *, made_at: datetime | None) -> Rsvp | None:
    """Return an answer whose link was mailed to the present address of its owner.

    Args:
        made_at: when the link was made; None where it doesn't tell.
    """
    found = Rsvp.objects.select_related("event", "subscriber").filter(pk=number).first()
    if found is None or (
        found.subscriber is not None and is_of_earlier_address(found.subscriber, made_at)
    ):
        return None
    return found
