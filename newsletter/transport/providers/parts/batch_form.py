"""The form in which a provider takes a batch: many recipients in one call.

Providers' files are read while settings are made, so nothing here imports Django.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from newsletter.transport.results.response_format import Answer
from newsletter.transport.results.result import Result

if TYPE_CHECKING:
    from newsletter.transport.message.recipients import Recipient

type Value = Callable[[Recipient], str]
"""The value of one placeholder for a recipient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchForm:
    """The form in which one provider takes a batch.

    Args:
        largest: the most recipients of one call.
        place: the placeholder of a value, with {} for its name.
        address: puts the recipients into anymail's payload of the shared part, with the values of
            their placeholders.
        read: returns a result for each of so many recipients from the answer, or None where it
            doesn't say as much.
    """

    largest: int
    place: str
    address: Callable[[Any, Sequence["Recipient"], Mapping[str, Value]], None]
    read: Callable[[Answer, int], list[Result] | None]


def values_of(recipient: "Recipient", values: Mapping[str, Value]) -> dict[str, str]:
    """Return the value of each placeholder for one recipient."""
    return {name: value(recipient) for name, value in values.items()}


def all_headers(
    shared: Mapping[str, str],
    recipient: "Recipient",
    further: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Return all headers of one recipient, the shared ones included.

    So it doesn't matter whether a provider adds a recipient's headers to the shared ones or
    replaces those.
    """
    return {**shared, **recipient.headers, **further}
