"""The facts of an event that an email may show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """An event as an email shows it. An empty text is left out.

    `when` may hold the merge fields `{event_time}` and `{event_time_utc}`, and line ends. URLs are
    https or http.
    """

    title: str
    kind_label: str = ""
    when: str = ""
    where: str = ""
    summary: str = ""
    url: str = ""
    join_url: str = ""
    calendar_url: str = ""
