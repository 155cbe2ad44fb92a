"""Links to the brand's pages elsewhere, as the brand's settings name them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.merge import without_sentinels


def _links(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    return {
        "links": [
            {
                "name": without_sentinels(name),
                "url": check_ours(url, path=f"{around.path}.links"),
            }
            for name, url in around.social_links
        ]
    }


def _missing(around: Surroundings) -> str:
    if around.social_links:
        return ""
    return "The brand has no social links yet. Add them under Brand, or remove this block."


SOCIAL_LINKS = BlockType(
    name="social_links",
    label="Social links",
    icon="share",
    note="Your pages elsewhere, such as LinkedIn. They are set in the brand.",
    template=Path(__file__).with_name("block.mjml"),
    shows=("social_links",),
    more=_links,
    missing=_missing,
)
