"""A filter that keeps names and addresses together on pages that run right to left."""

from django import template
from django.utils.translation import get_language

from newsletter.core import bidi
from newsletter.core.catalogues import SOURCE_LANGUAGE

register = template.Library()


@register.filter
def isolate(text: object) -> str:
    """Isolate a text that may be written in another direction than the page."""
    return bidi.isolated(str(text), get_language() or SOURCE_LANGUAGE)
