"""The sections below an event's overview, each with a template of its own.

A new one is a line of the table, and a template `studio/event/_<name>.html`: a card that finds its
values in `section`, and all else of the page beside them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from campaigns.models import Event
from campaigns.studio.pages.event.announcements import announcements
from campaigns.studio.pages.event.answers import answers
from campaigns.studio.pages.event.calendar import calendar
from campaigns.studio.pages.event.series import series
from subscribers.need_to_know.hidden import Account

type Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventSection:
    """A section as a page shows it."""

    name: str
    values: Values

    @property
    def template(self) -> str:
        return f"studio/event/_{self.name}.html"


SECTIONS: tuple[tuple[str, Callable[[Event, Account], Values | None]], ...] = (
    ("answers", answers),
    ("series", series),
    ("announcements", announcements),
    ("calendar", calendar),
)
"""Name → the values of the section for whoever looks; None where they see none."""


def sections_of(event: Event, *, account: Account) -> list[EventSection]:
    """Return the sections that somebody sees of an event, in their order."""
    return [
        EventSection(name, values)
        for name, values_of in SECTIONS
        if (values := values_of(event, account)) is not None
    ]
