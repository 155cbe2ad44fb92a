"""The public documents of the campaign's event, as links."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.event_part import event_around, missing_part
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.merge import without_sentinels


def _documents(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    event = event_around(around, label="a list of documents")
    return {
        "documents": [
            {
                "title": without_sentinels(each.title),
                "details": without_sentinels(each.details),
                "url": check_ours(each.url, path=f"{around.path}.documents"),
            }
            for each in event.documents
        ]
    }


DOCUMENTS = BlockType(
    name="documents",
    label="Documents",
    icon="description",
    note="The event’s documents that anybody can open. Those for participants are never shown.",
    template=Path(__file__).with_name("block.mjml"),
    needs_event=True,
    shows=("documents",),
    more=_documents,
    missing=missing_part("documents", label="public documents"),
)
