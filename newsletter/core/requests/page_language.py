"""The language of a page: the one that its visitor chose, else the one that their browser prefers.

A choice stands in front of the path: `/uk/archive/` is the archive in Ukrainian. Links on that page
keep it, because it counts as the prefix of all our URLs (Django's script prefix), which `reverse`,
`{% url %}` and redirects put in front of what they write. So no cookie is needed, and a cache never
mixes languages. Links in mail and in files carry no language, and no other host: see `path_of`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse, set_script_prefix

from newsletter.core.catalogues import SOURCE_LANGUAGE, page_languages
from newsletter.core.languages import direction_of, own_name, preferred_language

IN_ENGLISH_ALONE = ("staff", "inbox", "webhooks", "livez", "readyz", "metrics", "api", "media")
"""First parts of the paths that have no language: pages of the staff, and what programs ask for."""

_KEY = "convene.page_language"


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """The language of a page; `is_chosen` where its visitor chose it, by a link."""

    tag: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One entry of a page's language switch."""

    tag: str
    name: str
    direction: str
    url: str
    is_current: bool


def split_language(path: str) -> tuple[str, str]:
    """Return the language in front of a path, and the path without it.

    The language is empty where there is none in front, or one that pages are not offered in.

    Args:
        path: from the host's root, such as `/uk/archive/`.
    """
    first, slash, rest = path.removeprefix("/").partition("/")
    if first not in page_languages():
        return "", path
    return first, f"/{rest}" if slash else "/"


def with_language(language: str, location: str) -> str:
    """Return where a redirect leads, in the language that was chosen.

    It has that language already where its URL was made by name. One that was made of the request's
    own path has not, where `?language=` chose. A location on another host stays as it is.
    """
    if not location.startswith("/") or location.startswith("//"):
        return location
    chosen, _ = split_language(location)
    return location if chosen or not has_language(location) else f"/{language}{location}"


def has_language(path: str) -> bool:
    """Return whether the page of a path, which begins with no language, is offered in several."""
    return path.removeprefix("/").partition("/")[0] not in IN_ENGLISH_ALONE


def language_of(request: HttpRequest, chosen: str) -> PageLanguage:
    """Return the language of a page.

    It is the one that a link asks for by `?language=`, else the one in front of its path, else the
    one that the browser prefers, else the installation's own.

    Args:
        chosen: the language in front of the path; empty for none.
    """
    offered = page_languages()
    for asked in (request.GET.get("language", ""), chosen):
        if asked in offered:
            return PageLanguage(asked, is_chosen=True)
    accepted = preferred_language(request.headers.get("Accept-Language", ""), offered)
    return PageLanguage(accepted or offered[0], is_chosen=False)


def remember(request: HttpRequest, language: PageLanguage) -> None:
    """Keep the language of the page with its request, for `page_language`."""
    request.META[_KEY] = language


def page_language(request: HttpRequest) -> PageLanguage:
    """Return the language of the page that is being answered."""
    known: PageLanguage | None = request.META.get(_KEY)
    return known or PageLanguage(SOURCE_LANGUAGE, is_chosen=False)


def language_links(request: HttpRequest, *, rest: str | None = None) -> list[LanguageLink]:
    """Return the entries of the page's language switch; none where there is nothing to choose.

    Each leads to the same page, with the same query. It names no path: it can't lead to another
    site, and a page says nothing of the token that it was opened with.

    Args:
        rest: stands for the rest of the query in a page that is kept. None: that of the request.
    """
    offered = page_languages()
    if len(offered) < 2 or not has_language(request.path_info):
        return []
    current = page_language(request).tag
    rest = rest_of_query(request) if rest is None else rest
    return [
        LanguageLink(
            tag, own_name(tag), direction_of(tag), f"?{rest}language={tag}", tag == current
        )
        for tag in offered
    ]


@contextmanager
def links_in(language: str) -> Iterator[None]:
    """Let all URLs that are written carry the language that a visitor chose; "" for none."""
    outer = get_script_prefix()
    set_script_prefix(f"{outer}{language}/" if language else outer)
    try:
        yield
    finally:
        set_script_prefix(outer)


def path_of(name: str, *args: Any) -> str:
    """Return the path of a page as mail, files and feeds name it, without anybody's language."""
    chosen = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, args=args)
    finally:
        set_script_prefix(chosen)


def rest_of_query(request: HttpRequest) -> str:
    """Return the query of a request without its language, as what another is added to."""
    if not request.GET.keys() - {"language"}:
        return ""
    query = request.GET.copy()
    query.pop("language", None)
    return f"{query.urlencode()}&"
