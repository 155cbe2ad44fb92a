"""Sender name and subject of discreet mail, in the language of its reader."""

from collections.abc import Mapping

from django.utils.translation import gettext

from newsletter.core.catalogues import in_words_of
from newsletter.core.languages import lookup_language
from newsletter.models import Brand

LONGEST_TEXTS: Mapping[str, int] = {"sender_name": 60, "subject": 120}
"""Characters of each text."""


def neutral_texts(brand: Brand, language: str) -> dict[str, str]:
    """Return sender name and subject, as staff wrote them, else as sober as ours.

    Args:
        language: a tag. Where there is no catalogue of it, the texts are English.
    """
    own = brand.neutral_texts.get(lookup_language(language, brand.neutral_texts)) or {}
    return {
        name: str(own.get(name) or "").strip() or text
        for name, text in default_texts(language).items()
    }


def default_texts(language: str) -> dict[str, str]:
    """Return sender name and subject where staff wrote none."""
    with in_words_of(language):
        return {"sender_name": gettext("Updates"), "subject": gettext("Something new for you")}
