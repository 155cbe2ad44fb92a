"""The facts of an event that an email may show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItemDetails:
    """An item of the agenda: its time as text, its title, and the names of its speakers."""

    time: str
    title: str
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDayDetails:
    """The items of one day; `day` is empty where the event lasts no longer."""

    day: str = ""
    items: tuple[AgendaItemDetails, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureDetails:
    """A picture that is cut to fit, with its size in pixels; `alt` is empty for decoration."""

    url: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerDetails:
    """A speaker, with what they are (office, country or body) and their life.

    The portrait is a square, and its alternative text the name.
    """

    name: str
    office: str = ""
    country: str = ""
    biography: str = ""
    portrait: PictureDetails | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDetails:
    """A document that anybody may open; `details` says of which kind and size it is."""

    title: str
    details: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """An event as an email shows it. An empty text is left out.

    `when` may hold the merge fields `{event_time_line}` and `{event_time_utc_line}`, and line ends.
    URLs are https or http; `rsvp_url` may be the merge field of that name. `answer_by` says until
    when one can answer, and `moved` which time it had before; it may hold `{event_time_before}`.
    `dial_in` is how one joins by telephone, in lines.
    `documents_url` leads those who come to their answer and the documents for participants.
    `agenda_zone` says in which time zone the times of the agenda are.
    """

    title: str
    kind_label: str = ""
    when: str = ""
    moved: str = ""
    where: str = ""
    dial_in: str = ""
    summary: str = ""
    url: str = ""
    join_url: str = ""
    calendar_url: str = ""
    rsvp_url: str = ""
    answer_by: str = ""
    documents_url: str = ""
    picture: PictureDetails | None = None
    agenda: tuple[AgendaDayDetails, ...] = ()
    agenda_zone: str = ""
    speakers: tuple[SpeakerDetails, ...] = ()
    documents: tuple[DocumentDetails, ...] = ()
