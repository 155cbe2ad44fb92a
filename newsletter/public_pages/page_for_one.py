"""Pages of one visitor, behind a link in mail, of which all but their own values is kept.

Most of such a page is the same for everybody: its frame, its words, its menus. So it is made once
for each language and version, as a public page is, with places for what is the visitor's own.
"""

import time
from collections.abc import Callable, Hashable, Mapping

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from newsletter.core.requests.neutral_request import is_neutral
from newsletter.core.requests.page_language import language_links, rest_of_query
from newsletter.public_pages.kept_pages import KeptPage, PageCache
from newsletter.public_pages.page_cache import LONGEST
from newsletter.public_pages.places import Parts, Values, fill_places, place, split_at_places
from newsletter.public_pages.version import public_version

MOST_BYTES = 8_000_000
"""Of all such pages of a process."""

PAGES_FOR_ONE = PageCache(most_bytes=MOST_BYTES)
"""The cache of this process."""

type Context = Mapping[str, object]
_REST = "rest_of_query"


def page_for_one(
    request: HttpRequest,
    template: str,
    values: Values | None = None,
    *,
    shape: Hashable = (),
    context: Callable[[], Context] = dict,
    status: int = 200,
) -> HttpResponse:
    """Show a page to the one visitor who opened a link.

    Args:
        values: what is the visitor's own, by the name of its place. Those places are in the context
            under these names, beside what `context` returns.
        shape: all that the rest of the page depends on beside template, language and the rows of
            watched tables. None: it is made anew.
        context: returns what the rest of the page shows. It is asked when the page is made.
        status: of the answer.
    """

    def whole_context() -> Context:
        # The switch of languages repeats the query of the request.
        links = language_links(request, rest=place(_REST))
        return {"language_links": links, **context()}

    own = {**(values or {}), _REST: rest_of_query(request)}
    parts = _parts(template, own, shape, whole_context, request)
    return HttpResponse(fill_places(parts, own), status=status)


def part_for_one(template: str, values: Values, *, shape: Hashable) -> SafeString:
    """Return a part of such a page, of which there may be several, with its own values.

    Args:
        template: takes `shape`, and the places.
        shape: as of a page.
    """
    parts = _parts(template, values, shape, lambda: {"shape": shape}, None)
    return mark_safe(fill_places(parts, values).decode())  # noqa: S308 - values are escaped


def _parts(
    template: str,
    own: Values,
    shape: Hashable,
    context: Callable[[], Context],
    request: HttpRequest | None,
) -> Parts:
    neutral = request is not None and is_neutral(request)
    key = (template, shape, get_script_prefix(), get_language(), neutral)
    version = None if shape is None else public_version()
    kept = None if version is None else PAGES_FOR_ONE.get(key, version=version)
    if kept is not None:
        return kept.parts
    places = {name: place(name) for name in own}
    parts = split_at_places(render_to_string(template, {**places, **context()}, request).encode())
    if version is not None:
        page = KeptPage(parts, (), time.monotonic() + LONGEST)
        PAGES_FOR_ONE.put(key, page, version=version)
    return parts
