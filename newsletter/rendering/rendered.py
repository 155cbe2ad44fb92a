"""A rendered mail: three texts, and how large they may be."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from newsletter.rendering.merge import URL_FIELDS, Splice

MAXIMUM_HTML = 100_000
"""Bytes. Gmail clips at 102 KB, and with the end it hides the link to unsubscribe."""
WARNING_HTML = 80_000
"""Bytes from which the review warns."""

LONGEST_VALUES = {
    # As long as the columns are, every character one that escapes to six bytes (&quot;).
    "given_name": '"' * 100,
    "full_name": '"' * 200,
    "event_time": "x" * 200,
    "event_time_utc": "x" * 200,
}
_LONGEST_PATH = 160
"""Characters of our longest link after SITE_URL: a token or the slug of an archive page."""


class TooLarge(ValueError):
    """The HTML part would reach the size at which Gmail clips it."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"the letter's HTML comes to {size:,} bytes; it must stay below {MAXIMUM_HTML:,}, or "
            f"Gmail cuts its end off"
        )
        self.size = size


@dataclass(frozen=True, slots=True)
class Rendered:
    """Subject and both parts of a body.

    In a campaign's, merge fields are open, in the sentinel form that `Splice` parses.
    """

    subject: str
    html: str
    text: str


def largest_html(rendered: Rendered) -> int:
    """Bytes of the HTML part for the recipient with the longest name and the longest links."""
    return len(Splice.parse(rendered.html).fill(_longest_values(), escape=True).encode())


def longest_subject(subject: str) -> int:
    """Characters of a subject, in the sentinel form, for the recipient with the longest name and the longest links."""
    return len(Splice.parse(subject).fill(_longest_values(), escape=False))


def _longest_values() -> dict[str, str]:
    link = "x" * (len(settings.SITE_URL) + _LONGEST_PATH)
    return LONGEST_VALUES | dict.fromkeys(URL_FIELDS, link)


def fill_preview(rendered: Rendered, values: Mapping[str, str]) -> Rendered:
    """`rendered` for one reader: a preview, a proof, the archive.

    Missing values give way to fallbacks.
    """
    return Rendered(
        subject=Splice.parse(rendered.subject).fill(values, escape=False),
        html=Splice.parse(rendered.html).fill(values, escape=True),
        text=Splice.parse(rendered.text).fill(values, escape=False),
    )
