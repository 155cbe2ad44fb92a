"""The email around a block, as far as a block may depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsletter.media.image_files import ShownImage
from newsletter.rendering.event_details import EventDetails
from newsletter.rendering.theme import Theme, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The email around one block.

    Attributes:
        path: where the block stands, for messages, such as `blocks[2]`.
        is_first: whether it is the first block of the email.
        theme, writing: the brand's colours, and the language with its direction.
        event: the campaign's event, if it has one.
        social_links: the brand's, each with name and URL.
        images: those of the library that the email's blocks refer to, by key.
    """

    path: str
    is_first: bool
    theme: Theme
    writing: Writing
    event: EventDetails | None
    social_links: tuple[tuple[str, str], ...] = ()
    images: Mapping[str, ShownImage] = field(default_factory=dict)
