"""Catalogues: the fixed words of emails in other languages than English."""

import gettext
from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from newsletter.core.languages import BadLanguage, parse_language

SOURCE_LANGUAGE = "en"
"""The language that templates and code are written in, which needs no catalogue."""


def has_catalogue(language: str) -> bool:
    """Return whether the fixed words of emails can be had in `language`.

    A catalogue of the bare language serves its varieties, so that `es` serves `es-mx`.

    Args:
        language: a BCP 47 tag, such as `es` or `es-mx`.

    Raises:
        newsletter.core.languages.BadLanguage: it is no tag.
    """
    tag = parse_language(language)
    if tag.partition("-")[0] == SOURCE_LANGUAGE:
        return True
    locale = translation.to_locale(tag)
    return any(gettext.find("django", folder, [locale]) for folder in settings.LOCALE_PATHS)


def in_words_of(language: str) -> AbstractContextManager[None]:
    """Activate the fixed words of `language`, or English where it has no catalogue.

    The installation's own language is never taken instead: Spanish words in a French email would be
    worse than English ones.

    Args:
        language: of an email's content. What is no tag counts as English.
    """
    try:
        known = has_catalogue(language)
    except BadLanguage:
        known = False
    return translation.override(parse_language(language) if known else SOURCE_LANGUAGE)
