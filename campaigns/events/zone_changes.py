"""Changes of time zone rules, which governments sometimes announce a few days ahead."""

import logging
from datetime import datetime

from django.utils import timezone

from campaigns.event_states import TAKES_PLACE
from campaigns.events.schedule import derive_again
from campaigns.events.zones import NoSuchTime, UnknownZone
from campaigns.models import Event

logger = logging.getLogger(__name__)


def apply_zone_changes(*, now: datetime | None = None) -> list[Event]:
    """Derive the moments of all future events again, with the zone rules that are installed now.

    An event that can't be derived under the new rules keeps its moments, and the log names it as
    one that needs a person.

    Returns:
        The events that moved.
    """
    ahead = Event.objects.filter(status__in=TAKES_PLACE, ends_at__gt=now or timezone.now())
    return [event for event in ahead if _apply_to(event)]


def _apply_to(event: Event) -> bool:
    try:
        moved = derive_again(event)
    except (NoSuchTime, UnknownZone) as error:
        logger.error("Event %s needs another time: %s", event.slug, error)
        return False
    if moved:
        logger.warning(
            "Event %s moved with the clocks of %s; approved campaigns about it are drafts again",
            event.slug,
            event.time_zone,
        )
    return moved
