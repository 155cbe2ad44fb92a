"""Times on staff pages."""

from datetime import datetime

from campaigns.events.local_time import UTC_ZONES, zone_name
from campaigns.events.zones import zone_of
from newsletter.core.dates import locale_of
from newsletter.core.time_zones import known_zones

PAGE_LANGUAGE = "en"
"""The staff pages are in English."""


def place_time(moment: datetime, zone: str) -> str:
    """Write a moment as clocks in a zone show it.

    Such as “Thursday 10 December 2026, 20:00 London time (GMT)”.

    Args:
        moment: in any zone.
        zone: an IANA name; one that doesn't exist any more is UTC.
    """
    zone = zone if zone in known_zones() else "UTC"
    local = moment.astimezone(zone_of(zone))
    text = f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
    if zone in UTC_ZONES:
        return f"{text} UTC"
    return f"{text} {zone_name(zone, local, locale_of(PAGE_LANGUAGE))}"
