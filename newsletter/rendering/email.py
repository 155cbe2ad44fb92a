"""A campaign's email: rendered once for each language, with its merge fields left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import check_number
from newsletter.rendering.blocks.registry import type_of
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.event_details import EventDetails
from newsletter.rendering.layout import render_layout
from newsletter.rendering.merge import sentinel, without_sentinels
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.text import open_text
from newsletter.rendering.theme import theme_of, writing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One language of a campaign, ready to be rendered.

    `blocks` are as `clean_blocks` returned them; `reason` says why the recipient gets this, in
    plain text; `in_archive` whether the footer leads to the email's page in the archive.
    """

    subject: str
    preheader: str = ""
    blocks: list[dict[str, Any]]
    language: str = "en"
    reason: str = ""
    event: EventDetails | None = None
    in_archive: bool = True


def render_email(email: Email, *, brand: Brand) -> Rendered:
    """Render `email`, its merge fields open in the sentinel form.

    The footer adds the fields unsubscribe_url and preferences_url, and archive_url where there is
    such a page.

    Raises:
        BlockError: a block that can't be shown: an event card without an event, or content that was
            never cleaned.
        newsletter.rendering.email_size.TooLarge: the HTML part reaches MAXIMUM_HTML bytes with the
            longest name and links.
    """
    check_number(email.blocks)
    context = {
        "preheader": open_text(email.preheader, path="preheader"),
        "reason": without_sentinels(email.reason),
        "blocks": _block_contexts(email, brand=brand),
        "unsubscribe_url": sentinel("unsubscribe_url"),
        "preferences_url": sentinel("preferences_url"),
        "archive_url": sentinel("archive_url") if email.in_archive else "",
    }
    return render_layout(
        "emails/_layouts/campaign.mjml",
        context,
        subject=open_text(email.subject, path="subject"),
        brand=brand,
        language=email.language,
    )


def _block_contexts(email: Email, *, brand: Brand) -> list[dict[str, Any]]:
    theme, writing = theme_of(brand.colour), writing_of(email.language)
    return [
        _block_context(
            block,
            Surroundings(
                path=f"blocks[{index}]",
                is_first=index == 0,
                theme=theme,
                writing=writing,
                event=email.event,
            ),
        )
        for index, block in enumerate(email.blocks)
    ]


def _block_context(block: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    block_type = type_of(block)
    if block_type is None:
        raise BlockError(f"{around.path}.type", "is no block that can be rendered")
    return block_type.context(block, around)
