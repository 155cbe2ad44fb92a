"""Telling staff what an event still lacks."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from campaigns.event_states import Attendance, EventStatus
from campaigns.models import Event
from campaigns.models.event_words import EVENT_TEXTS
from newsletter.core.languages import language_name

MAY_STAY_AS_IT_IS = frozenset({"contact_name", "dial_in"})
"""Texts that read well in every language: names and telephone numbers."""
EDIT_PAGE, PROGRAMME_PAGE = "event_details", "event_programme"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that an event lacks, and the page on which it is added."""

    text: str
    page: str
    field: str = ""
    """The id of its field on that page."""


def missing_from(event: Event) -> list[Missing]:
    """List what an event lacks, the most important first. One that is over lacks nothing."""
    if event.ends_at <= timezone.now() or event.status == EventStatus.CANCELLED:
        return []
    return [*_way_in(event), *_texts(event), *_programme(event), *_languages(event)]


def _way_in(event: Event) -> Iterator[Missing]:
    if event.attendance != Attendance.IN_PERSON and not event.join_url:
        yield Missing("There is no meeting link.", EDIT_PAGE, "id_join_url")
    if event.attendance != Attendance.ONLINE and not event.venue:
        yield Missing("There is no venue.", EDIT_PAGE, "id_venue")
    if not event.is_public and not (event.topic and event.topic.is_restricted):
        yield Missing("No public page shows it.", EDIT_PAGE, "id_is_public")


def _texts(event: Event) -> Iterator[Missing]:
    if not event.summary:
        yield Missing("There is no summary.", EDIT_PAGE, "id_summary")
    if not event.description:
        yield Missing("There is no description.", EDIT_PAGE, "id_description")


def _programme(event: Event) -> Iterator[Missing]:
    if not event.speakers:
        yield Missing("There are no speakers.", PROGRAMME_PAGE, "speakers")
    if not event.agenda:
        yield Missing("There is no agenda.", PROGRAMME_PAGE, "agenda")


def _languages(event: Event) -> Iterator[Missing]:
    """Say what is untranslated: text by text for languages in which there is something."""
    own = [name for name in EVENT_TEXTS if name not in MAY_STAY_AS_IT_IS and getattr(event, name)]
    without = []
    for language in settings.CONTENT_LANGUAGES[1:]:
        texts = event.texts.get(language, {})
        lacking = [EVENT_TEXTS[name].label.lower() for name in own if not texts.get(name)]
        if not texts:
            without.append(language_name(language))
        elif lacking:
            words = f"{language_name(language)} has no {_listed(lacking, 'or')}."
            yield Missing(words, EDIT_PAGE, f"texts-{language}")
    if without:
        yield Missing(f"There is no text in {_listed(without, 'or')}.", EDIT_PAGE, "texts")


def _listed(words: list[str], joined_by: str) -> str:
    """Write words as a list, such as “title, summary or venue”."""
    *first, last = words
    return f"{', '.join(first)} {joined_by} {last}" if first else last
