"""Checks that blocks about an event have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.event_details import EventDetails, PictureDetails
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.merge import without_sentinels


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


def picture_within(
    picture: PictureDetails | None, column: int, *, path: str
) -> Mapping[str, Any] | None:
    """Return a picture of an event as a template shows it; None where there is none.

    Args:
        column: its width at most, in CSS pixels. It is never enlarged.
        path: of the picture, for messages.
    """
    if picture is None:
        return None
    return {
        "url": check_ours(picture.url, path=path),
        "width": min(column, picture.width),
        "alt": without_sentinels(picture.alt),
    }


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
