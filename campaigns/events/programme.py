"""The programme of an event: its speakers, and the items of its agenda.

Both are lists on the event's row, so that a change of them is one change of the event: it ends
approvals, and a form that was opened before notices it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from campaigns.events.pictures import portraits_of
from campaigns.models import Event
from newsletter.core.staff_text import StaffText
from newsletter.media.crops import Crop
from newsletter.media.image_files import key_of
from subscribers.countries import country_codes, country_name
from subscribers.local_texts import BadLocalText, TextKind, checked_texts, text_of

MAXIMUM_SPEAKERS = 50
MAXIMUM_ITEMS = 100
LONGEST_NAME = 200
LONGEST_ITEM = 24 * 60
"""Minutes."""
LATEST_ITEM = 31 * 24 * 60
"""Minutes after the start of the event."""

SPEAKER_TEXTS = {
    "office": TextKind("Office", longest=200),
    "biography": TextKind("Biography", longest=2000, rows=5, has_paragraphs=True),
}
"""The texts of a speaker, who has a name and a country or body besides."""
ITEM_TEXTS = {"title": TextKind("Title", longest=200)}
"""The texts of an item of the agenda, which has a time, a length and speakers besides."""


class BadProgramme(ValueError):
    """A programme that can't be kept.

    Args:
        field: of the row: name, country, portrait, title, after, minutes, speakers, or a text.
        problem: fit to be shown.
        number: of the row, from 0; None where it is about the list.
    """

    def __init__(self, field: str, problem: str, *, number: int | None = None) -> None:
        super().__init__(problem if number is None else f"Row {number + 1}, {field}: {problem}")
        self.field, self.problem, self.number = field, problem, number


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker, in the language of a page."""

    name: str
    office: str
    country: str
    biography: str
    portrait: Crop | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An item of the agenda, in the language of a page. Its times are those at the place."""

    starts: datetime
    ends: datetime
    title: str
    speakers: list[str]


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """The items of the agenda that begin on one day, at the place."""

    day: date
    items: list[AgendaItem]


def speakers_of(event: Event) -> list[Speaker]:
    """Return the speakers in the active language."""
    portraits = portraits_of(event)
    return [
        Speaker(
            portrait=portraits.get(key_of(each.get("portrait", ""))),
            name=StaffText(each["name"]),
            office=_local(each, "office"),
            country=country_name(each["country"]) if each["country"] else "",
            biography=_local(each, "biography"),
        )
        for each in event.speakers
    ]


def agenda_by_day(event: Event) -> list[AgendaDay]:
    """Return the agenda in the active language, in its order in time."""
    items = [
        AgendaItem(
            starts=event.local_start + timedelta(minutes=each["after"]),
            ends=event.local_start + timedelta(minutes=each["after"] + each["minutes"]),
            title=_local(each, "title"),
            speakers=list(each["speakers"]),
        )
        for each in event.agenda
    ]
    return [
        AgendaDay(day, list(of_day))
        for day, of_day in groupby(items, lambda item: item.starts.date())
    ]


def checked_speakers(raw: Any) -> list[dict[str, Any]]:
    """Return speakers as they are kept.

    Raises:
        BadProgramme: with the row and field at fault.
    """
    keys = {"name", "country", "portrait", *SPEAKER_TEXTS}
    rows = _rows(raw, keys, most=MAXIMUM_SPEAKERS, of="speakers")
    return [_speaker(row, number) for number, row in enumerate(rows)]


def checked_agenda(raw: Any, *, speakers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the items of an agenda as they are kept, in their order in time.

    Args:
        speakers: those of the event, as they are kept. Items name them.

    Raises:
        BadProgramme: with the row and field at fault.
    """
    known = [each["name"] for each in speakers]
    keys = {"after", "minutes", "speakers", *ITEM_TEXTS}
    rows = _rows(raw, keys, most=MAXIMUM_ITEMS, of="items")
    items = [_item(row, number, known) for number, row in enumerate(rows)]
    return sorted(items, key=lambda item: item["after"])


def _rows(raw: Any, keys: set[str], *, most: int, of: str) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise BadProgramme("", f"It must be a list of {of}.")
    if len(raw) > most:
        raise BadProgramme("", f"Use at most {most} {of}.")
    for number, row in enumerate(raw):
        if unknown := sorted(set(row) - keys - {"texts"}):
            raise BadProgramme(str(unknown[0]), "There is no such field.", number=number)
    return raw


def _speaker(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    country = row.get("country", "")
    if country and country not in country_codes():
        raise BadProgramme("country", "Select a country or body from the list.", number=number)
    kinds = {"name": TextKind("Name", longest=LONGEST_NAME)}
    name = _checked({"name": row.get("name", "")}, number, kinds).get("name", "")
    if not name:
        raise BadProgramme("name", "Enter the speaker’s name.", number=number)
    portrait = row.get("portrait", "")
    if portrait and not (isinstance(portrait, str) and key_of(portrait)):
        raise BadProgramme("portrait", "Choose an image of the library.", number=number)
    # A speaker without one is kept as before there were any.
    shown = {"portrait": portrait.strip()} if portrait else {}
    return {"name": name, "country": country, **shown, **_texts(row, number, SPEAKER_TEXTS)}


def _item(row: Mapping[str, Any], number: int, known: list[str]) -> dict[str, Any]:
    texts = _texts(row, number, ITEM_TEXTS)
    if not texts["title"]:
        raise BadProgramme("title", "Enter a title.", number=number)
    after, minutes = _whole(row.get("after")), _whole(row.get("minutes"))
    if after is None or not 0 <= after < LATEST_ITEM:
        raise BadProgramme("after", "It must be at or after the start of the event.", number=number)
    if minutes is None or not 0 < minutes <= LONGEST_ITEM:
        raise BadProgramme("minutes", "Enter a length from 1 minute to 24 hours.", number=number)
    named = row.get("speakers", [])
    if not isinstance(named, list) or not all(each in known for each in named):
        raise BadProgramme("speakers", "Select speakers of this event.", number=number)
    return {"after": after, "minutes": minutes, "speakers": list(dict.fromkeys(named)), **texts}


def _texts(row: Mapping[str, Any], number: int, kinds: Mapping[str, TextKind]) -> dict[str, Any]:
    """Return a row's own texts, and those in other languages."""
    others = row.get("texts", {})
    if not isinstance(others, dict) or not all(
        isinstance(each, dict) and each.keys() <= kinds.keys() for each in others.values()
    ):
        raise BadProgramme("texts", "It must hold texts by language.", number=number)
    own = _checked({name: row.get(name, "") for name in kinds}, number, kinds)
    local = {
        language: kept
        for language, texts in others.items()
        if (kept := _checked(texts, number, kinds, language=language))
    }
    return {**{name: own.get(name, "") for name in kinds}, "texts": local}


def _checked(
    texts: Mapping[str, Any], number: int, kinds: Mapping[str, TextKind], *, language: str = ""
) -> dict[str, str]:
    """Return the texts of one language, without empty ones."""
    language = language or settings.CONTENT_LANGUAGES[0]
    for name, text in texts.items():
        if not isinstance(text, str):
            raise BadProgramme(name, "It must be text.", number=number)
    try:
        return checked_texts({language: texts}, kinds=kinds).get(language, {})
    except BadLocalText as error:
        raise BadProgramme(error.text, str(error), number=number) from error


def _whole(value: Any) -> int | None:
    """Return a whole number; None for anything else, True and False among it."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _local(row: Mapping[str, Any], text: str) -> str:
    return text_of(row["texts"], get_language() or "", text, own=row[text])
