"""The time zones that staff choose among: those of our events first, then all places by continent."""

from campaigns.models import Event
from newsletter.core.time_zones import ZoneMenu, zone_menu

LOOKED_AT = 100
"""Events, the latest."""
UTC_ZONE = "UTC"


def staff_zone_menu(*also: str) -> ZoneMenu:
    """The choices of a menu of zones.

    Args:
        also: zones that a row has already; they stand among those in use, as they may be older
            names.
    """
    latest = Event.objects.order_by("-pk").values_list("time_zone", flat=True)[:LOOKED_AT]
    return zone_menu([*also, *latest, UTC_ZONE])
