"""An event's time, written in a recipient's time zone and language."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from campaigns.events.zones import UnknownZone, zone_of
from campaigns.models import Event
from newsletter.core.bidi import isolated_ltr
from newsletter.core.dates import clock, clock_span, comma_of, locale_of
from newsletter.core.kept_together import NO_BREAK_SPACE
from newsletter.core.time_zones import known_zones
from newsletter.core.zone_names import zone_label

UTC_NAMES = frozenset(
    {"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"}
)
UTC_ZONES = UTC_NAMES | {f"Etc/{name}" for name in UTC_NAMES}
"""Zones that are UTC by another name all year round; Europe/London is none of them."""

_DATE_FORMATS = {"en_GB": "EEEE d MMMM y"}
"""Formats of dates that differ from CLDR's full one: British English without its comma."""
_ZONE_FORMATS = {
    "fr": f"heure locale{NO_BREAK_SPACE}: %s",
    "ro": "ora din %s",
    "uk": "місцевий час: %s",
}
"""Names of zones that differ from CLDR's, which are made for headings and menus.

Those read “heure : Kyiv”, “Ora din Kyiv”, “час: Київ”.
"""


def event_time(event: Event, time_zone: str, language: str) -> str:
    """Write the time of an event in a recipient's time zone.

    An example is “Friday 12 March 2027, 03:00–04:30 Auckland time (NZDT)”. Start and end each have
    their date where they fall on different days there. A recipient whose zone is unknown gets the
    time at the event's own place; every email shows UTC beside it. An event without a usable zone
    gets UTC.

    Sending calls this for every recipient. Answers are cached by moments, zone and language, so a
    million recipients cost some hundred computations.

    Args:
        event: its `starts_at` and `ends_at` are read.
        time_zone: the recipient's IANA zone, or anything else for "unknown".
        language: BCP 47 tag; one that babel doesn't know is written in English.
    """
    return span_written(event, event.starts_at, event.ends_at, time_zone, language)


def event_time_utc(event: Event, language: str) -> str:
    """Write the time of an event in UTC, as in “Thursday 11 March 2027, 14:00–15:30 UTC”."""
    return _written(event.starts_at, event.ends_at, "UTC", language)


def span_written(
    event: Event, starts_at: datetime, ends_at: datetime, time_zone: str, language: str
) -> str:
    """Write any two moments as `event_time` writes those of an event, and in the same zone."""
    known = known_zones()
    zone = (
        time_zone if time_zone in known else event.time_zone if event.time_zone in known else "UTC"
    )
    return _written(starts_at, ends_at, zone, language)


def moment_written(moment: datetime, zone: str, language: str) -> str:
    """Write a moment in a zone, as in “Thursday 11 March 2027, 12:00 Kyiv time (EET)”.

    A zone that isn't known is UTC.
    """
    known = zone if zone in known_zones() else "UTC"
    locale, local = locale_of(language), moment.astimezone(_place(known))
    text = f"{day_written(local, language)}{comma_of(locale.language)}{clock(local, language)}"
    return _with_zone(text, known, local, locale, language)


def day_written(day: date, language: str) -> str:
    """Write a day with its weekday, as in “Thursday 11 March 2027”."""
    locale = locale_of(language)
    return str(format_date(day, _DATE_FORMATS.get(str(locale), "full"), locale=locale))


def zone_written(zone: str, moment: datetime, language: str) -> str:
    """Write a zone by itself, as in “Kyiv time (EET)”. One that isn't known is UTC.

    Args:
        moment: the abbreviation depends on the season.
    """
    if zone in UTC_ZONES or zone not in known_zones():
        return isolated_ltr("UTC", language)
    return zone_name(zone, moment.astimezone(_place(zone)), locale_of(language))


def utc_beside(event: Event, zone: str, language: str) -> str:
    """Write the time of an event in UTC, to stand beside its time in `zone`.

    The date is left out where it is the same in both.
    """
    moments, zones = (event.starts_at, event.ends_at), (_place(zone), UTC)
    days = {moment.astimezone(place).date() for moment in moments for place in zones}
    if len(days) == 1:
        start, end = (each.astimezone(UTC) for each in moments)
        span = clock_span(start, end, language)
        return f"{span}{NO_BREAK_SPACE}{isolated_ltr('UTC', language)}"
    return event_time_utc(event, language)


@lru_cache(maxsize=8192)
def _written(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    locale, place = locale_of(language), _place(zone)
    start, end = starts_at.astimezone(place), ends_at.astimezone(place)
    first_day, last_day = (day_written(day, language) for day in (start, end))
    comma = comma_of(locale.language)
    text = (
        f"{first_day}{comma}{clock_span(start, end, language)}"
        if start.date() == end.date()
        else f"{first_day}{comma}{clock(start, language)} – {last_day}{comma}{clock(end, language)}"
    )
    return _with_zone(text, zone, start, locale, language)


def _with_zone(text: str, zone: str, moment: datetime, locale: Locale, language: str) -> str:
    if zone in UTC_ZONES:
        return f"{text}{NO_BREAK_SPACE}{isolated_ltr('UTC', language)}"
    name = zone_name(zone, moment, locale)
    # Only English is sure to read well without brackets.
    said = name if locale.language == "en" else f"({name})"
    return f"{text}{NO_BREAK_SPACE}{said}"


def zone_name(zone: str, moment: datetime, locale: Locale) -> str:
    """Write a zone as people call it, such as “Auckland time (NZDT)”.

    Zones that are bare offsets are written as such: “UTC−05:00”.

    Args:
        zone: IANA name.
        moment: in that zone; the abbreviation depends on the season.
        locale: the language of the name.
    """
    if zone.startswith("Etc/") or zone.replace("+", "").upper() == zone:  # Etc/GMT+5, EST5EDT, CET
        offset = f"{moment:%z}"
        written = f"UTC{offset[0].replace('-', '−')}{offset[1:3]}:{offset[3:5]}"
        return isolated_ltr(written, locale.language)
    city = zone_label(zone, str(locale).replace("_", "-"))
    # CLDR's English pattern is made for headings (“Auckland Time”); in a sentence it is “time”.
    abbreviation = moment.tzname() or ""
    if locale.language == "en":
        return f"{city} time ({abbreviation})" if abbreviation.isalpha() else f"{city} time"
    name: str = _ZONE_FORMATS.get(locale.language, locale.zone_formats["region"]) % city
    if not abbreviation.isalpha():
        return name
    comma = comma_of(locale.language)
    return f"{name}{comma}{isolated_ltr(abbreviation, locale.language)}"


def _place(zone: str) -> ZoneInfo:
    try:
        return zone_of(zone)
    except UnknownZone:
        return ZoneInfo("UTC")


def moment_in(event: Event, zone: str) -> datetime:
    """Return the start of the event in a zone, or in UTC where the zone is unknown."""
    return event.starts_at.astimezone(_place(zone))
