"""The programme of the campaign's event: its items with times and speakers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.core.dates import comma_of
from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.event_part import event_around, missing_part
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.merge import without_sentinels


def _agenda(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    event = event_around(around, label="a programme")
    return {
        "days": [
            {
                "day": without_sentinels(day.day),
                "items": [
                    {
                        "time": without_sentinels(item.time),
                        "title": without_sentinels(item.title),
                        "speakers": without_sentinels(
                            comma_of(around.writing.language).join(item.speakers)
                        ),
                    }
                    for item in day.items
                ],
            }
            for day in event.agenda
        ],
        "zone": without_sentinels(event.agenda_zone),
    }


AGENDA = BlockType(
    name="agenda",
    label="Programme",
    icon="view_agenda",
    note="The items of the event’s agenda, with times at the event’s place.",
    template=Path(__file__).with_name("block.mjml"),
    needs_event=True,
    shows=("agenda",),
    more=_agenda,
    missing=missing_part("agenda", label="agenda items"),
)
