"""People as rows show them."""

from dataclasses import dataclass
from datetime import datetime

from subscribers.custom_fields.values import FieldValue


@dataclass(slots=True)
class ImportRow:
    """One person as a row shows them, checked."""

    number: int
    email: str
    digest: str
    full_name: str
    given_name: str
    institution: str
    country: str
    language: str
    time_zone: str
    given_at: datetime | None
    timestamp: str
    """The timestamp's text, as evidence."""
    answers: str
    """The row's evidence of consent beside the operator's words, one "question: answer" a line."""
    greeting: str = ""
    salutation: str = ""
    paused_until: datetime | None = None
    labels: tuple[str, ...] = ()
    """Keys of labels."""
    values: tuple[tuple[int, FieldValue], ...] = ()
    """The id of each custom field that the row says, and its value."""
    is_discreet: bool = False
    """Whether the row says that they are in discreet mode, in which an import can't bring them."""


@dataclass(slots=True)
class LeaverRow:
    """One person who, as a row says, has left another list or must not be written to."""

    number: int
    email: str
    digest: str
    reasons: frozenset[str]
    """`decision.UNSUBSCRIBED`, or reasons of suppressions."""
    said: str
    left_at: datetime | None
    """None where the row doesn't say when."""
