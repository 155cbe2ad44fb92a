"""The content of a report in our words: one event for each message and recipient."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.states import BounceClass, ProviderEventKind

LONGEST_DETAIL = 10_000
"""Characters of an event's words that are read: far more than are kept. Recording takes addresses
out of them first, and half of one could not be told any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEvent:
    """One thing that a provider says of one message to one recipient.

    Nothing of it is verified yet.

    Args:
        bounce_class: of `bounced` and `rejected` alone.
        ref: the token that travelled with the message, as it came back.
        recipient: the address, as the provider writes it; empty where it names none.
        event_id: the provider's own; empty where it has none.
        detail: what the mail server or the provider said, for staff; at most LONGEST_DETAIL.
        raw: the words of this event alone.
        problem: what of it could not be understood.
    """

    kind: ProviderEventKind
    bounce_class: BounceClass | None = None
    ref: str = ""
    recipient: str = ""
    provider_message_id: str = ""
    happened_at: datetime | None = None
    event_id: str = ""
    detail: str = ""
    raw: bytes = b""
    problem: str = ""
