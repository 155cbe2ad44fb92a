"""Catalogues: the fixed words of pages and emails in other languages than English."""

import gettext
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache

from django.conf import settings
from django.utils import translation

from newsletter.core.languages import BadLanguage, parse_language

SOURCE_LANGUAGE = "en"
"""The language that templates and code are written in, which needs no catalogue."""


def has_catalogue(language: str) -> bool:
    """Return whether the fixed words can be had in `language`.

    A catalogue of the bare language serves its varieties, so that `es` serves `es-mx`.

    Args:
        language: a BCP 47 tag, such as `es` or `es-mx`.

    Raises:
        newsletter.core.languages.BadLanguage: it is no tag.
    """
    tag = parse_language(language)
    if tag.partition("-")[0] == SOURCE_LANGUAGE:
        return True
    return _is_found(translation.to_locale(tag), _folders())


def page_languages() -> Sequence[str]:
    """Return the languages that pages are offered in: those of LANGUAGES that have a catalogue.

    It is never empty: where none of them has one, pages are in English.
    """
    return _with_catalogue(tuple(settings.CONTENT_LANGUAGES), _folders())


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


def _folders() -> tuple[str, ...]:
    return tuple(map(str, settings.LOCALE_PATHS))


@lru_cache(maxsize=64)
def _with_catalogue(languages: Sequence[str], folders: Sequence[str]) -> Sequence[str]:
    """Return those of `languages` that have a catalogue in `folders`, which are LOCALE_PATHS."""
    found = tuple(tag for tag in languages if has_catalogue(tag))
    return found or (SOURCE_LANGUAGE,)


@lru_cache(maxsize=256)
def _is_found(locale: str, folders: Sequence[str]) -> bool:
    """Look for a catalogue on the disk, once a process."""
    return any(gettext.find("django", folder, [locale]) for folder in folders)
