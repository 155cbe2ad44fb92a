"""The menu of time zones on staff pages: those of recent events first, then all by continent."""

from campaigns.events.listing import public_events
from newsletter.core.time_zones import ZoneMenu, zone_menu

RECENT_EVENTS = 100
"""The number of public events whose zones count as being in use."""
UTC_ZONE = "UTC"


def staff_zone_menu(*also: str) -> ZoneMenu:
    """List the choices of a menu of time zones.

    Args:
        also: zones that a row has already. They stand among those in use, because they may be
            older names that the full list leaves out.
    """
    # Of public ones alone: the others may not be known to whoever is shown the menu.
    latest = public_events().order_by("-pk").values_list("time_zone", flat=True)[:RECENT_EVENTS]
    return zone_menu([*also, *latest, UTC_ZONE])
