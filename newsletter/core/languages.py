"""Languages, by their tags (BCP 47)."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation.trans_real import parse_accept_lang_header

MAXIMUM_LENGTH = 12
"""Characters, as many as the columns have; zh-hant-hk has ten."""
AUDIENCE_LANGUAGES = (
    "ar", "de", "en", "es", "fr", "hu", "it", "pl", "pt", "ro", "ru", "uk", "zh",
)  # fmt: skip
"""Languages to which staff can narrow an audience. Each takes in its regions (en takes in en-gb).
Those in which content is written are the host's own, by LANGUAGES.
"""
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


class BadLanguage(ValueError):
    """Text that is no language tag. The message is fit to be shown."""


def parse_language(raw: str) -> str:
    """Return a language tag as it is kept: in small letters, and with hyphens.

    Case means nothing (RFC 5646 section 2.1.1).

    Raises:
        BadLanguage: it has not the form of a tag. Whether there is such a language is not asked.
    """
    tag = raw.strip().lower().replace("_", "-")
    if len(tag) > MAXIMUM_LENGTH or not _TAG.fullmatch(tag):
        raise BadLanguage("Enter a language code, such as en or pt-br.")
    return tag


def language_is_a_choice() -> bool:
    """Return whether this installation writes in several languages."""
    return len(settings.CONTENT_LANGUAGES) > 1


@lru_cache(maxsize=256)
def own_name(tag: str) -> str:
    """Return the language's own name, such as "Español", or the tag where babel knows none."""
    try:
        name = Locale.parse(tag, sep="-").display_name or tag
    except (ValueError, UnknownLocaleError):
        return tag
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=256)
@lru_cache(maxsize=256)
def direction_of(tag: str) -> str:
    """Return `rtl` or `ltr`, the direction in which a language is written (HTML's `dir`)."""
    try:
        return str(Locale.parse(tag, sep="-").text_direction)
    except (ValueError, UnknownLocaleError):
        return "ltr"


def preferred_language(accepted: str, offered: Sequence[str]) -> str:
    """Return the language offered that a browser prefers, or "" where it asks for none of them.

    A region is no obstacle: es-MX is served by es, and pt by pt-br (RFC 4647 section 3.4, and its
    reverse).

    Args:
        accepted: an Accept-Language header, as it came (RFC 9110 section 12.5.4).
    """
    wanted = [tag for tag, quality in parse_accept_lang_header(accepted) if quality > 0]
    return next((found for tag in wanted if (found := _closest(tag, offered))), "")


def _closest(tag: str, offered: Sequence[str]) -> str:
    primary = tag.partition("-")[0]
    related = (other for other in offered if other.partition("-")[0] == primary)
    return lookup_language(tag, offered) or next(related, "")


def lookup_language(tag: str, offered: Collection[str]) -> str:
    """Return the language offered that serves whoever chose `tag`, or "" where none does.

    It is that very one, else the nearest broader one: pt-br is served by pt, but pt not by pt-br
    (RFC 4647 section 3.4).
    """
    parts = tag.split("-")
    tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((broader for broader in tags if broader in offered), "")


def language_name(tag: str) -> str:
    """Return the English name of a tag, such as “Portuguese (Brazil)”.

    The tag itself where babel knows none.
    """
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (ValueError, UnknownLocaleError):
        return tag


def language_menu(current: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every language by its English name, those of this installation first.

    Args:
        current: a tag that is kept already, which is among them whatever it is.
    """
    own = list(settings.CONTENT_LANGUAGES)
    others = {*_all_languages(), *([current] if current else [])} - {*own}
    return [
        ("Languages of this website", [(tag, language_name(tag)) for tag in own]),
        ("Other languages", sorted(((tag, language_name(tag)) for tag in others), key=_by_name)),
    ]


def _by_name(item: tuple[str, str]) -> str:
    return item[1].casefold()


@lru_cache(maxsize=1)
def _all_languages() -> tuple[str, ...]:
    # Django knows those of regions that differ in writing, such as pt-br and zh-hant.
    return (*(tag for tag in locale_identifiers() if "_" not in tag), *LANG_INFO)
