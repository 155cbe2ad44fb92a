"""A campaign's email: rendered once for each language, with its merge fields left open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from newsletter.media.lookup import images_in
from newsletter.models import Brand
from newsletter.rendering.blocks.clean import check_number
from newsletter.rendering.blocks.image.block import missing_image
from newsletter.rendering.blocks.registry import type_of
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.counted_links import CountedAddress
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
    plain text; `in_archive` whether the footer leads to the email's page in the archive;
    `counts_links` whether it says that its links are counted; `counted` returns the address by
    which one is.
    """

    subject: str
    preheader: str = ""
    blocks: list[dict[str, Any]]
    language: str = "en"
    reason: str = ""
    event: EventDetails | None = None
    in_archive: bool = True
    counts_links: bool = False
    counted: CountedAddress | None = None


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
        "sections": _sections(
            [_block_context(*each) for each in _around_blocks(email, brand=brand)]
        ),
        "unsubscribe_url": sentinel("unsubscribe_url"),
        "preferences_url": sentinel("preferences_url"),
        "archive_url": sentinel("archive_url") if email.in_archive else "",
        "counts_links": email.counts_links,
    }
    return render_layout(
        "emails/_layouts/campaign.mjml",
        context,
        subject=open_text(email.subject, path="subject"),
        brand=brand,
        language=email.language,
        counted=email.counted,
    )


def missing_in(email: Email, *, brand: Brand) -> list[tuple[int, str]]:
    """Return the index of each block that has nothing to show, and why, for staff."""
    found = [
        (index, block_type.missing(around) or missing_image(block, around))
        for index, (block, around) in enumerate(_around_blocks(email, brand=brand))
        if (block_type := type_of(block))
    ]
    return [(index, why) for index, why in found if why]


def _around_blocks(
    email: Email, *, brand: Brand
) -> Iterator[tuple[Mapping[str, Any], Surroundings]]:
    theme, writing = theme_of(brand.colour), writing_of(email.language)
    images = images_in(value for block in email.blocks for value in block.values())
    links = tuple((str(link["name"]), str(link["url"])) for link in brand.social_links)
    for index, block in enumerate(email.blocks):
        yield (
            block,
            Surroundings(
                path=f"blocks[{index}]",
                is_first=index == 0,
                theme=theme,
                writing=writing,
                event=email.event,
                social_links=links,
                images=images,
            ),
        )


def _sections(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put blocks that stand below each other into one section. There is always one."""
    groups = [
        {"is_column": not has_own_section, "blocks": list(group)}
        for has_own_section, group in groupby(blocks, lambda block: block["has_own_section"])
    ]
    return groups or [{"is_column": True, "blocks": []}]


def _block_context(block: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    block_type = type_of(block)
    if block_type is None:
        raise BlockError(f"{around.path}.type", "is no block that can be rendered")
    return block_type.context(block, around)
