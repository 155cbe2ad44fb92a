"""A rendered email: its three texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.rendering.merge import Splice


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
