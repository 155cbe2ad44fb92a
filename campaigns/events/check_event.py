"""Check an event before it is saved: its texts, its times, and what goes together."""

import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from campaigns.event_states import Attendance
from campaigns.events.description import BadDescription, kept_description
from campaigns.events.programme import BadProgramme, checked_agenda, checked_speakers
from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc
from campaigns.models import Campaign, Event
from campaigns.models.event_words import EVENT_TEXTS
from newsletter.core.hidden_characters import hidden_fault_of
from newsletter.core.languages import BadLanguage, language_name, parse_language
from subscribers.local_texts import BadLocalText, checked_texts
from subscribers.models import Topic

ONE_LINE = (
    "title", "summary", "venue", "join_url", "time_zone", "slug", "contact_name", "contact_email",
    "calendar_title", "picture_alt",
)  # fmt: skip
LINES = ("description", "address", "dial_in")
MAXIMUM_INTERPRETATION = 20
RESERVED_SLUGS = frozenset({"calendar"})
"""Slugs that no event may have: /events/calendar.ics is the calendar of all events."""


class BadEvent(ValueError):
    """An event that can't be kept.

    `field` names the column at fault; the message is fit to be shown.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def check_event(event: Event) -> None:
    """Clean the typed values, derive the moments, and validate all columns.

    Raises:
        BadEvent: with the column at fault.
    """
    for name in (*ONE_LINE, *LINES):
        value = getattr(event, name)
        if not isinstance(value, str):
            raise BadEvent(name, "It must be text.")
        setattr(event, name, value.strip())
    for name in ("local_start", "local_end", "local_answers_until"):
        value = getattr(event, name)
        if value is None and name == "local_answers_until":
            continue
        if not isinstance(value, datetime):
            raise BadEvent(name, "It must be a date and a time.")
        setattr(event, name, value.replace(tzinfo=UTC, microsecond=0, fold=0))
    _check_text(event)
    _check_local_texts(event)
    _check_programme(event)
    _check_picture(event)
    _check_times(event)
    _check_topic(event)
    _check_answers(event)
    if event.slug in RESERVED_SLUGS:
        raise BadEvent("slug", f"“{event.slug}” can’t be used. Choose another URL name.")
    try:
        event.full_clean(exclude=["uid"])
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadEvent(field, problems[0]) from error


def derive_moments(event: Event) -> None:
    """Derive the moments (UTC) from wall-clock time.

    Raises:
        NoSuchTime, UnknownZone: the time or the zone doesn't exist.
    """
    event.starts_at = local_to_utc(event.local_start, event.time_zone)
    event.ends_at = local_to_utc(event.local_end, event.time_zone)
    event.answers_until = (
        local_to_utc(event.local_answers_until, event.time_zone)
        if event.local_answers_until
        else None
    )


def is_restricted(topic: Any) -> bool:
    """Return whether this is a need-to-know topic."""
    return isinstance(topic, Topic) and topic.is_restricted


def _check_topic(event: Event) -> None:
    """Keep an event of a need-to-know topic off public pages, and to campaigns of the topic."""
    if not is_restricted(event.topic):
        return
    event.is_public = False
    if event.pk and Campaign.objects.filter(event=event).exclude(topic=event.topic).exists():
        raise BadEvent("topic", "Campaigns of other topics are about this event.")


def _check_text(event: Event) -> None:
    for name in ONE_LINE:
        # Cc are control characters, line breaks included, as Zl and Zp are. Cs are halves of
        # characters, which no database and no email can hold.
        if any(
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
            for character in getattr(event, name)
        ):
            raise BadEvent(name, "Use one line only.")
        if fault := hidden_fault_of(getattr(event, name)):
            raise BadEvent(name, fault)
    for name in LINES:
        lines = getattr(event, name).replace("\r\n", "\n").replace("\r", "\n")
        if any(character == "\0" or unicodedata.category(character) == "Cs" for character in lines):
            raise BadEvent(name, "Remove the special characters that can’t be saved.")
        if len(lines) > (longest := EVENT_TEXTS[name].longest):
            raise BadEvent(name, f"Use at most {longest:,} characters.")
        setattr(event, name, lines)
    try:
        event.description = kept_description(event.description)
    except BadDescription as error:
        raise BadEvent("description", str(error)) from error
    if event.join_url and urlsplit(event.join_url).scheme != "https":
        raise BadEvent("join_url", "The meeting link must start with https://.")


def _check_local_texts(event: Event) -> None:
    texts = event.texts
    is_read = isinstance(texts, dict) and all(
        isinstance(by_name, dict)
        and by_name.keys() <= EVENT_TEXTS.keys()
        and all(isinstance(text, str) for text in by_name.values())
        for by_name in texts.values()
    )
    if not is_read:
        raise BadEvent("texts", "It must hold texts by language.")
    try:
        event.texts = checked_texts(texts, kinds=EVENT_TEXTS)
    except BadLocalText as error:
        raise BadEvent("texts", str(error)) from error
    for language, kept in list(event.texts.items()):
        try:
            described = kept_description(kept.pop("description", ""))
        except BadDescription as error:
            words = f"{language_name(language)}, description: {error}"
            raise BadEvent("texts", words) from error
        event.texts[language] = kept | ({"description": described} if described else {})
    event.texts = {language: kept for language, kept in event.texts.items() if kept}


def _check_programme(event: Event) -> None:
    try:
        event.speakers = checked_speakers(event.speakers)
    except BadProgramme as error:
        raise BadEvent("speakers", str(error)) from error
    try:
        event.agenda = checked_agenda(event.agenda, speakers=event.speakers)
    except BadProgramme as error:
        raise BadEvent("agenda", str(error)) from error


def _check_picture(event: Event) -> None:
    """Leave nothing of a picture that is gone, and no picture to those alone who can see it."""
    if event.picture is None:
        event.picture_alt, event.picture_is_decorative = "", False
        for texts in event.texts.values():
            texts.pop("picture_alt", None)
        event.texts = {language: kept for language, kept in event.texts.items() if kept}
    elif not (event.picture_alt or event.picture_is_decorative):
        raise BadEvent(
            "picture_alt",
            "Describe the picture for people who can’t see it, or mark it as decoration.",
        )


def _check_times(event: Event) -> None:
    for column in ("local_start", "local_end", "local_answers_until"):
        local = getattr(event, column)
        if local is None:
            continue
        try:
            local_to_utc(local, event.time_zone)
        except UnknownZone as error:
            raise BadEvent("time_zone", str(error)) from error
        except NoSuchTime as error:
            raise BadEvent(column, str(error)) from error
    derive_moments(event)
    if event.ends_at <= event.starts_at:
        raise BadEvent("local_end", "The end must be after the start.")
    if event.answers_until and event.answers_until > event.starts_at:
        raise BadEvent("local_answers_until", "People must answer before the event starts.")


def _check_answers(event: Event) -> None:
    """Keep to an attendance that the place allows, and to languages that there are."""
    if event.venue and event.attendance == Attendance.ONLINE:
        event.attendance = Attendance.IN_PERSON
    tags = event.interpretation
    if not isinstance(tags, list) or len(tags) > MAXIMUM_INTERPRETATION:
        raise BadEvent("interpretation", "Select languages from the list.")
    try:
        event.interpretation = list(dict.fromkeys(parse_language(str(tag)) for tag in tags))
    except BadLanguage as error:
        raise BadEvent("interpretation", str(error)) from error
