"""Pages of one visitor, behind a link in mail, of which all but their own values is kept.

Most of such a page is the same for everybody: its frame, its words, its menus. So it is made once
for each language and version, as a public page is, with places for what is the visitor's own.
"""

import time
from collections.abc import Callable, Hashable, Mapping

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
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
    own = {**(values or {}), _REST: rest_of_query(request)}
    key = (template, shape, get_script_prefix(), get_language(), is_neutral(request))
    version = None if shape is None else public_version()
    kept = None if version is None else PAGES_FOR_ONE.get(key, version=version)
    parts = _made(request, template, own, context()) if kept is None else kept.parts
    if kept is None and version is not None:
        page = KeptPage(parts, (), time.monotonic() + LONGEST)
        PAGES_FOR_ONE.put(key, page, version=version)
    return HttpResponse(fill_places(parts, own), status=status)


def _made(request: HttpRequest, template: str, own: Values, context: Context) -> Parts:
    places = {
        **{name: place(name) for name in own},
        # The switch of languages repeats the query of the request.
        "language_links": language_links(request, rest=place(_REST)),
    }
    return split_at_places(render_to_string(template, {**places, **context}, request).encode())
