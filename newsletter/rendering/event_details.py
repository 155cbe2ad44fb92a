"""The facts of an event that an email may show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """An event as an email shows it. An empty text is left out.

    `when` may hold the merge fields `{event_time}` and `{event_time_utc}`, and line ends. URLs are
    https or http; `rsvp_url` may be the merge field of that name. `answer_by` says until when one
    can answer, and `moved` which time it had before; it may hold `{event_time_before}`.
    `documents_url` leads those who come to their answer and the documents for participants.
    """

    title: str
    kind_label: str = ""
    when: str = ""
    moved: str = ""
    where: str = ""
    summary: str = ""
    url: str = ""
    join_url: str = ""
    calendar_url: str = ""
    rsvp_url: str = ""
    answer_by: str = ""
    documents_url: str = ""
