"""Checks that blocks about an event have in common."""

from collections.abc import Callable

from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.event_details import EventDetails


def event_around(around: Surroundings, *, label: str) -> EventDetails:
    """Return the campaign's event.

    Args:
        label: of the block, as a sentence names it: “an event card”.

    Raises:
        BlockError: the campaign has none.
    """
    if around.event is None:
        raise BlockError(
            around.path, f"{label} needs an event; choose one for this campaign, or remove it"
        )
    return around.event


def missing_part(name: str, *, label: str) -> Callable[[Surroundings], str]:
    """Return a check that the event has what a block shows of it.

    Args:
        name: of the attribute of EventDetails.
        label: of that part, in the plural: “speakers”.
    """

    def missing(around: Surroundings) -> str:
        if around.event is None or getattr(around.event, name):
            return ""
        return f"The event has no {label} yet. Add them to the event, or remove this block."

    return missing
