"""Changes of an event that people should hear of, by the facts that they were told before."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from campaigns.event_states import EventChange
from campaigns.events.moved import EventTime
from campaigns.models import Event


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of an event that people are told, and hear of once they are others.

    Args:
        moved_at: when it was moved; None if it wasn't.
    """

    time: EventTime
    place: tuple[object, ...]
    joining: tuple[object, ...]
    moved_at: datetime | None

    @classmethod
    def of(cls, event: Event) -> "Told":
        place = (event.venue, event.address, event.attendance, *_local(event, "venue", "address"))
        joining = (event.join_url, event.dial_in, *_local(event, "dial_in"))
        return cls(EventTime.of(event), place, joining, event.moved_at)


def changes_to_tell(event: Event, *, was: Told) -> list[EventChange]:
    """Return the changes that people should hear of, of an event that takes place and isn't over.

    Whether it is moved back is for the caller to know.
    """
    if not event.takes_place or event.ends_at <= timezone.now():
        return []
    present, changes = Told.of(event), []
    if present.place != was.place or not present.time.is_at_once_with(was.time):
        changes.append(EventChange.MOVED)
    if any(was.joining) and any(present.joining) and present.joining != was.joining:
        changes.append(EventChange.NEW_LINK)
    return changes


def _local(event: Event, *names: str) -> list[tuple[str, str, str]]:
    """Return some of an event's texts in other languages, without the empty ones."""
    return sorted(
        (tag, name, text)
        for tag, texts in event.texts.items()
        for name in names
        if (text := texts.get(name))
    )
