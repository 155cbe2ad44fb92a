"""Places where events show images of the library."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Prefetch
from django.urls import reverse

from campaigns.events.pictures import events_showing, parts_showing
from campaigns.models import Campaign, Event
from newsletter.media.image_use import ImageUse
from subscribers.models import Topic

_PLACES = {
    "picture": ("event_details", "Picture of the"),
    "speakers": ("event_programme", "Portrait of a speaker of the"),
}
"""Part of an event → the page on which it is chosen, and the words before the event’s title."""


def events_with(keys: Collection[str]) -> list[ImageUse]:
    """Return where events show one of these images."""
    announced = Prefetch("campaigns", Campaign.objects.select_related("topic"))
    events = events_showing(keys).prefetch_related(announced).order_by("-pk")
    return [use for event in events for key in sorted(keys) for use in _uses(event, key)]


def _uses(event: Event, key: str) -> Iterator[ImageUse]:
    """Yield the uses of one image in an event, which comes with its campaigns."""
    for part in sorted(parts_showing(event, key)):
        page, place = _PLACES[part]
        yield ImageUse(
            key,
            f"{place} event “{event.title}”",
            reverse(f"admin:studio_{page}", args=[event.pk]),
            _hiding_event(event, event.campaigns.all()),
        )


def hiding(topic: Topic | None) -> frozenset[int]:
    """Return the need-to-know topics by one of which something of a topic is known."""
    return frozenset({topic.pk}) if topic is not None and topic.is_restricted else frozenset()


def hiding_event(event: Event) -> frozenset[int]:
    """Return the same of an event, as `visible_events` selects them."""
    return _hiding_event(event, Campaign.objects.filter(event=event).select_related("topic"))


def _hiding_event(event: Event, campaigns: Iterable[Campaign]) -> frozenset[int]:
    own = hiding(event.topic)
    if not own and (event.topic_id or event.is_public):
        return own
    topics = [hiding(each.topic) for each in campaigns]
    return own.union(*topics) if all(topics) else frozenset()
