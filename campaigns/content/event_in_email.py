"""The facts of an event that an email shows, in the language of the email."""

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import get_language, gettext

from campaigns.events.calendar import links_file
from campaigns.events.documents.listing import public_documents
from campaigns.events.listing import is_on_public_pages
from campaigns.events.local_time import day_written, moment_written, zone_written
from campaigns.events.moved import moved_in_words
from campaigns.events.pictures import picture_of
from campaigns.events.programme import agenda_by_day, speakers_of
from campaigns.models import Event
from campaigns.rsvp.urls_in_mail import rsvp_page_url
from newsletter.core.dates import as_line, clock_span
from newsletter.core.requests.page_language import path_of
from newsletter.media.crops import Crop
from newsletter.rendering.event_details import (
    AgendaDayDetails,
    AgendaItemDetails,
    DocumentDetails,
    EventDetails,
    PictureDetails,
    SpeakerDetails,
)


def event_details(
    event: Event, *, joins: bool = False, shows: Collection[str] = ()
) -> EventDetails:
    """Return what an email may show of an event, with fixed words in the active language.

    The meeting link (join_url) is for subscribers, so it is here and on no page. Where people are
    asked whether they come, those who do get it with the confirmation of their answer, and in
    joining details, which go to them alone.

    Args:
        joins: whether all readers come. They are shown the way in and to the documents for
            participants, and not asked again.
        shows: the parts that blocks show, as `parts_shown` returns them.
    """
    language = get_language() or "en"
    asks = event.takes_answers and event.takes_place and not joins
    return EventDetails(
        title=event.local_title,
        kind_label=str(event.get_kind_display()),
        when="{event_time_line}\n{event_time_utc_line}",
        moved=moved_in_words(event, language=language, is_for_many=True),
        where=place_of(event),
        dial_in=event.local_dial_in if joins else "",
        summary=event.local_summary,
        url=_absolute("event", event.slug) if is_on_public_pages(event) else "",
        join_url=event.join_url if event.takes_place and not asks else "",
        calendar_url=_absolute("event_ics", event.slug) if links_file(event) else "",
        rsvp_url="{rsvp_url}" if asks else "",
        answer_by=_answer_by(event) if asks else "",
        # For everybody the same, as the email may be forwarded: it mails their own link to each.
        documents_url=rsvp_page_url() if joins and event.takes_answers else "",
        picture=_picture(event) if "picture" in shows else None,
        agenda=_agenda(event, language) if "agenda" in shows else (),
        agenda_zone=_zone_of_agenda(event, language) if "agenda" in shows else "",
        speakers=_speakers(event) if "speakers" in shows else (),
        documents=_documents(event) if "documents" in shows else (),
    )


def _speakers(event: Event) -> tuple[SpeakerDetails, ...]:
    return tuple(
        SpeakerDetails(
            name=each.name,
            office=each.office,
            country=each.country,
            biography=each.biography,
            portrait=_cut(each.portrait, alt=each.name) if each.portrait else None,
        )
        for each in speakers_of(event)
    )


def _picture(event: Event) -> PictureDetails | None:
    found = picture_of(event)
    return _cut(found.crop, alt=found.alt) if found else None


def _cut(crop: Crop, *, alt: str) -> PictureDetails:
    return PictureDetails(url=crop.url, width=crop.width, height=crop.height, alt=alt)


def _agenda(event: Event, language: str) -> tuple[AgendaDayDetails, ...]:
    days = agenda_by_day(event)
    return tuple(
        AgendaDayDetails(
            day=as_line(day_written(day.day, language)) if len(days) > 1 else "",
            items=tuple(
                AgendaItemDetails(
                    time=clock_span(item.starts, item.ends, language),
                    title=item.title,
                    speakers=tuple(item.speakers),
                )
                for item in day.items
            ),
        )
        for day in days
    )


def _zone_of_agenda(event: Event, language: str) -> str:
    zone = zone_written(event.time_zone, event.starts_at, language)
    return gettext("All times: %(zone)s.") % {"zone": zone}


def _documents(event: Event) -> tuple[DocumentDetails, ...]:
    """Return the public documents, of an event that is on the public pages: they lie beneath."""
    if not is_on_public_pages(event):
        return ()
    return tuple(
        DocumentDetails(
            title=each.title,
            details=each.details,
            url=_absolute("event_document", event.slug, each.document.pk),
        )
        for each in public_documents(event)
    )


def place_of(event: Event) -> str:
    """Return where an event takes place, in the active language."""
    return f"{event.local_venue}\n{event.local_address}".strip() or gettext("Online")


def _answer_by(event: Event) -> str:
    if event.answers_until is None:
        return ""
    until = moment_written(event.answers_until, event.time_zone, get_language() or "en")
    return gettext("Please answer by %(until)s.") % {"until": until}


def _absolute(name: str, *place: object) -> str:
    return settings.SITE_URL + path_of(name, *place)
