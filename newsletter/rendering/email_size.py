"""The size of an email: how large its HTML part and its subject become, and may be."""

from django.conf import settings

from newsletter.rendering.merge import Splice
from newsletter.rendering.merge_fields import CUSTOM, LONGEST_CUSTOM, MERGE_FIELDS
from newsletter.rendering.rendered import Rendered

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


def largest_html(rendered: Rendered) -> int:
    """Return the bytes of the HTML part for the recipient with the longest name and links."""
    splice = Splice.parse(rendered.html)
    return len(splice.fill(_longest_values(splice), escape=True).encode())


def longest_subject(subject: str) -> int:
    """Return the characters of a subject for the recipient with the longest name and links.

    Args:
        subject: in the sentinel form.
    """
    splice = Splice.parse(subject)
    return len(splice.fill(_longest_values(splice), escape=False))


def _longest_values(splice: Splice) -> dict[str, str]:
    link = "x" * (len(settings.SITE_URL) + _LONGEST_PATH)
    custom = (name for name in splice.fields if name.startswith(CUSTOM))
    return {
        **{name: link if field.is_url else field.longest for name, field in MERGE_FIELDS.items()},
        **dict.fromkeys(custom, LONGEST_CUSTOM),
    }
