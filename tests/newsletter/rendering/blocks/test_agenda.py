"""The block of an event’s agenda."""

from dataclasses import replace

import pytest

from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email import missing_in, render_email
from newsletter.rendering.event_details import AgendaDayDetails, AgendaItemDetails, EventDetails
from tests.as_read import as_read
from tests.newsletter.rendering.sample_emails import email, rendered
from tests.samples import EVENT

GOOD = [{"type": "agenda"}]

FAULTS = [({"type": "agenda", "days": []}, "days", "no such field")]


def test_an_agenda_is_told_with_times_and_speakers(brand: Brand) -> None:
    mail = rendered(brand, *GOOD, event=EVENT)
    for words in ("20:00–20:40", "Five laws, and what they changed", "Ada Lovelace", "London time"):
        assert words in as_read(mail.html)
        assert words in mail.text


def test_days_are_named_where_there_are_several(brand: Brand) -> None:
    item = AgendaItemDetails(time="9:00", title="Opening")
    days = tuple(AgendaDayDetails(day=day, items=(item,)) for day in ("Thursday", "Friday"))
    text = rendered(brand, *GOOD, event=replace(EVENT, agenda=days)).text
    assert text.index("Thursday") < text.index("Opening") < text.index("Friday")


def test_an_agenda_needs_an_event(brand: Brand) -> None:
    with pytest.raises(BlockError, match="needs an event") as caught:
        render_email(email({"type": "divider"}, GOOD[0]), brand=brand)
    assert caught.value.path == "blocks[1]"


def test_an_agenda_of_an_event_that_has_none_leaves_no_trace_and_is_missing(brand: Brand) -> None:
    event = EventDetails(title="Forum")
    assert rendered(brand, GOOD[0], event=event) == rendered(brand, event=event)
    [(index, why)] = missing_in(email({"type": "divider"}, GOOD[0], event=event), brand=brand)
    assert (index, "The event has no" in why) == (1, True)
    assert missing_in(email(GOOD[0], event=EVENT), brand=brand) == []
