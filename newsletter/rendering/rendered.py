"""A rendered email: its three texts, and how large they may be."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from newsletter.rendering.merge import Splice
from newsletter.rendering.merge_fields import MERGE_FIELDS

MAXIMUM_HTML = 100_000
"""Bytes. Gmail clips at 102 KB, which hides the link to unsubscribe."""
WARNING_HTML = 80_000
"""Bytes from which preflight warns."""

_LONGEST_PATH = 160
"""Characters of our longest link after SITE_URL: a token or the slug of an archive page."""


class TooLarge(ValueError):
    """The HTML part would reach the size at which Gmail clips it."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"the email is too large: {size:,} bytes. Gmail cuts off emails of {MAXIMUM_HTML:,} "
            f"bytes or more. Shorten it"
        )
        self.size = size


@dataclass(frozen=True, slots=True)
class Rendered:
    """Subject and both parts of a body.

    In a campaign's, merge fields are open, in the sentinel form that `Splice` parses.

    Attributes:
        language: of the content, as a tag.
    """

    subject: str
    html: str
    text: str
    language: str = ""


def largest_html(rendered: Rendered) -> int:
    """Return the bytes of the HTML part for the recipient with the longest name and links."""
    return len(Splice.parse(rendered.html).fill(_longest_values(), escape=True).encode())


def longest_subject(subject: str) -> int:
    """Return the characters of a subject for the recipient with the longest name and links.

    Args:
        subject: in the sentinel form.
    """
    return len(Splice.parse(subject).fill(_longest_values(), escape=False))


def _longest_values() -> dict[str, str]:
    link = "x" * (len(settings.SITE_URL) + _LONGEST_PATH)
    return {name: link if field.is_url else field.longest for name, field in MERGE_FIELDS.items()}


def fill_preview(rendered: Rendered, values: Mapping[str, str]) -> Rendered:
    """Fill `rendered` for one recipient: of a preview, a proof, or the archive.

    Args:
        values: by the merge field's name. A missing one gives way to the field's fallback.
    """
    return Rendered(
        subject=Splice.parse(rendered.subject).fill(values, escape=False),
        html=Splice.parse(rendered.html).fill(values, escape=True),
        text=Splice.parse(rendered.text).fill(values, escape=False),
        language=rendered.language,
    )
