"""The section of an event's page with the answers to its invitation, in numbers."""

from typing import Any

from campaigns.models import Event
from campaigns.studio.answers.counts import summary
from subscribers.need_to_know.hidden import Account


def answers(event: Event, account: Account) -> dict[str, Any] | None:
    """Return the numbers of the answers to an event; None where it asks for none."""
    return summary(event, account) if event.takes_answers else None
