"""A filter that keeps names and addresses together on pages that run right to left."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from newsletter.core import bidi
from newsletter.core.catalogues import SOURCE_LANGUAGE
from newsletter.core.languages import direction_of
from newsletter.core.staff_text import StaffText

register = template.Library()


@register.filter
def isolate(text: object) -> str:
    """Isolate a text that may be written in another direction than the page."""
    return bidi.isolated(str(text), get_language() or SOURCE_LANGUAGE)


@register.filter
def language_attributes(text: object) -> str:
    """Return the attributes of an element that holds a text of staff in another language.

    Nothing where it is in the language of the page, or where its language isn't known.
    """
    language = text.language if isinstance(text, StaffText) else ""
    if not language or language == get_language():
        return ""
    return format_html(' lang="{}" dir="{}"', language, direction_of(language))
