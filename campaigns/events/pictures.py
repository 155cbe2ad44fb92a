"""The picture of an event and the portraits of its speakers, cut around their focal points."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from campaigns.models import Event
from newsletter.media.crops import SQUARE, WIDE, Crop, crop_of
from newsletter.media.image_files import key_of
from newsletter.media.image_use import names_one_of
from newsletter.models import MediaImage

PORTRAIT = SQUARE
PICTURE = WIDE
"""The shapes to which they are cut."""


@dataclass(frozen=True, slots=True)
class EventPicture:
    """The picture of an event, with its description in the active language; "" of decoration."""

    crop: Crop
    alt: str


def picture_of(event: Event) -> EventPicture | None:
    """Return the picture of an event; None where it has none that can be shown."""
    if event.picture is None:
        return None
    crop = crop_of(event.picture, PICTURE)
    if crop is None:
        return None
    return EventPicture(crop, "" if event.picture_is_decorative else event.local_picture_alt)


def portraits_of(event: Event) -> dict[str, Crop]:
    """Return the portraits of an event's speakers, by the keys of their images."""
    keys = portrait_keys(event)
    rows = MediaImage.objects.filter(key__in=keys) if keys else []
    return {image.key: crop for image in rows if (crop := crop_of(image, PORTRAIT))}


def portrait_keys(event: Event) -> set[str]:
    """Return the keys of the images that show an event's speakers."""
    return {key for each in event.speakers if (key := key_of(each.get("portrait", "")))}


def files_shown(event: Event) -> dict[str, str]:
    """Return the names of the files that show an event's speakers, by the keys of the images."""
    return {key: crop.name for key, crop in sorted(portraits_of(event).items())}


def events_showing(keys: Collection[str]) -> QuerySet[Event]:
    """Select the events that show one of these images, as their picture or a portrait.

    Of many images, it selects all with portraits; `parts_showing` knows which they show.
    """
    named = Event.objects.annotate(named=Cast("speakers", TextField()))
    wanted = Q(picture__key__in=keys) | names_one_of(keys, "named")
    return named.filter(wanted).select_related("picture", "topic")


def parts_showing(event: Event, key: str) -> frozenset[str]:
    """Return the parts of an event that show an image, as `BlockType.shows` names them."""
    is_picture = event.picture is not None and event.picture.key == key
    is_portrait = key in portrait_keys(event)
    return frozenset(
        part for part, shows in (("picture", is_picture), ("speakers", is_portrait)) if shows
    )
