"""The languages that a visitor reads, as their request tells."""

from collections.abc import Hashable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from campaigns.content.archive_language import LanguagePreference
from newsletter.core.languages import MAXIMUM_LENGTH, preferred_language
from newsletter.core.requests.page_language import page_language

MOST_WANTED = 8
"""Languages of a browser that are looked at."""


def list_preference(request: HttpRequest) -> LanguagePreference:
    """Read which of our languages the sender of a request prefers, for lists."""
    chosen = _asked(request)
    offered = tuple(settings.CONTENT_LANGUAGES)
    return LanguagePreference(
        chosen=chosen if chosen in offered else "",
        accepted=_offered_of(request.headers.get("Accept-Language", ""), offered),
    )


def email_preference(request: HttpRequest) -> LanguagePreference:
    """Read which languages the sender of a request prefers, for one email.

    It may be written in a language that is no longer offered.
    """
    return LanguagePreference(
        chosen=_asked(request)[:MAXIMUM_LENGTH],
        accepted=_wanted_of(request.headers.get("Accept-Language", "")),
    )


def list_key(request: HttpRequest) -> Hashable | None:
    """Return the key of a list that is kept, or None where its address asks for more."""
    preference = list_preference(request)
    return preference if _asks_for(preference.chosen, request) else None


def email_key(request: HttpRequest) -> Hashable | None:
    """Return the key of an email's page that is kept."""
    preference = email_preference(request)
    return preference if _asks_for(preference.chosen, request) else None


def _asked(request: HttpRequest) -> str:
    """Return the language that a link asks for, else that of the page if its visitor chose it."""
    page = page_language(request)
    return request.GET.get("language", "") or (page.tag if page.is_chosen else "")


def _asks_for(chosen: str, request: HttpRequest) -> bool:
    """Return whether the query is this language and nothing else, which a page might repeat."""
    query = request.META.get("QUERY_STRING", "")
    return not query or (bool(chosen) and query == f"language={chosen}")


@lru_cache(maxsize=1024)
def _wanted_of(accepted: str) -> str:
    """Return a header with the same languages in the same order, and nothing else."""
    return ",".join(_wanted(accepted))


@lru_cache(maxsize=1024)
def _offered_of(accepted: str, offered: tuple[str, ...]) -> str:
    """Return the header of a browser that asks for our languages alone, in the same order."""
    found = (preferred_language(tag, offered) for tag in _wanted(accepted))
    return ",".join(dict.fromkeys(tag for tag in found if tag))


def _wanted(accepted: str) -> list[str]:
    tags = [tag for tag, quality in parse_accept_lang_header(accepted) if quality > 0]
    return tags[:MOST_WANTED]
