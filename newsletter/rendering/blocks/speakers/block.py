"""The speakers of the campaign's event."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.event_part import event_around, missing_part, picture_within
from newsletter.rendering.blocks.fields import ChoiceField
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.merge import without_sentinels
from newsletter.rendering.text import with_line_breaks

WITH_BIOGRAPHIES = "biographies"
PORTRAIT = 72
"""CSS pixels of its side."""


def _speakers(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    event = event_around(around, label="a list of speakers")
    tells_more = block["details"] == WITH_BIOGRAPHIES
    return {
        "has_portraits": any(each.portrait for each in event.speakers),
        "speakers": [
            {
                "portrait": picture_within(each.portrait, PORTRAIT, path="event.speakers"),
                "name": without_sentinels(each.name),
                "office": without_sentinels(each.office),
                "country": without_sentinels(each.country),
                "biography": (
                    with_line_breaks(without_sentinels(each.biography)) if tells_more else ""
                ),
            }
            for each in event.speakers
        ],
    }


SPEAKERS = BlockType(
    name="speakers",
    label="Speakers",
    icon="record_voice_over",
    note="The speakers of the event, with portrait, office, and country or body.",
    template=Path(__file__).with_name("block.mjml"),
    needs_event=True,
    shows=("speakers",),
    fields=(
        ChoiceField(
            name="details",
            label="Show",
            choices={"short": "Name and office", WITH_BIOGRAPHIES: "Biographies, too"},
        ),
    ),
    more=_speakers,
    missing=missing_part("speakers", label="speakers"),
)
