"""Keeping the images that an event begins to show from being deleted in this moment."""

from collections.abc import Collection

from campaigns.events.check_event import BadEvent
from campaigns.events.pictures import portrait_keys
from campaigns.models import Event
from newsletter.models import MediaImage


def hold_portraits(event: Event, *, there: Collection[str] = ()) -> None:
    """Lock the images of new portraits until the end of the caller’s transaction.

    Whoever deletes one in this moment has done so, or finds it used. The database itself sees to
    the event’s picture.

    Args:
        there: keys of portraits that the event had before.

    Raises:
        BadEvent: one was deleted from the library.
    """
    new = portrait_keys(event) - set(there)
    rows = MediaImage.objects.filter(key__in=new).order_by("pk").select_for_update(no_key=True)
    if new and new - set(rows.values_list("key", flat=True)):
        raise BadEvent("speakers", "A portrait was deleted from the library. Choose another.")
