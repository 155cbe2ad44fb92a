"""The texts of an event that staff write in several languages."""

from django.utils.translation import get_language

from newsletter.core.bidi import numbers_isolated
from newsletter.core.catalogues import SOURCE_LANGUAGE
from newsletter.core.staff_text import StaffText
from subscribers.local_texts import LocalTexts, TextKind, text_in

LONGEST_DESCRIPTION = 20_000
"""Characters, those of its formatting included."""
EVENT_TEXTS = {
    "title": TextKind("Title", longest=160),
    "summary": TextKind("Summary", longest=300, rows=3),
    "description": TextKind(
        "Description", longest=LONGEST_DESCRIPTION, rows=8, has_paragraphs=True
    ),
    "picture_alt": TextKind("Alternative text of the picture", longest=300),
    "venue": TextKind("Venue", longest=200),
    "address": TextKind("Address", longest=500, rows=3, has_paragraphs=True),
    "contact_name": TextKind("Contact", longest=200),
    "dial_in": TextKind("Dial-in", longest=1000, rows=4, has_paragraphs=True),
    "calendar_title": TextKind("Title in calendars", longest=160),
}
"""The texts of an event that may be given in each language."""


class EventWords:
    """Texts of an event in the active language, which is that of the page or the email."""

    texts: LocalTexts

    @property
    def local_title(self) -> str:
        return self._in_words("title")

    @property
    def local_summary(self) -> str:
        return self._in_words("summary")

    @property
    def local_description(self) -> str:
        return self._in_words("description")

    @property
    def local_picture_alt(self) -> str:
        return self._in_words("picture_alt")

    @property
    def local_venue(self) -> str:
        return self._in_words("venue")

    @property
    def local_address(self) -> str:
        return self._in_words("address")

    @property
    def local_enquiries(self) -> str:
        return self._in_words("contact_name")

    @property
    def local_dial_in(self) -> str:
        text = self._in_words("dial_in")
        in_order = numbers_isolated(text, get_language() or SOURCE_LANGUAGE)
        return StaffText(in_order, text.language) if isinstance(text, StaffText) else in_order

    @property
    def local_calendar_title(self) -> str:
        """The neutral title for calendars; "" where they show the event's own."""
        return self._in_words("calendar_title")

    def _in_words(self, text: str) -> str:
        return text_in(self, get_language() or "", text)
