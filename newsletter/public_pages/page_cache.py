"""Public pages that are kept in the process, made once for each language and version.

A request asks the database for the version (newsletter.public_pages.version), so a change by staff
shows at once, on every host. Nothing of a visitor may be in such a page: what differs from request
to request is put in when it leaves (newsletter.public_pages.places).
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language

from newsletter.core.requests.neutral_request import is_neutral
from newsletter.public_pages.asked_pages import AskedPages
from newsletter.public_pages.kept_pages import KeptPage, PageCache
from newsletter.public_pages.places import Parts, Values, fill_places, split_at_places
from newsletter.public_pages.version import one_version, public_version

LONGEST = 60.0
"""Seconds that a page is kept at most. It bounds what a mistake of ours can do."""

type View = Callable[..., HttpResponse]

PAGES = PageCache()
"""The cache of this process."""


def plain_address(request: HttpRequest) -> Hashable | None:
    """Return a key for a page that takes no query but its language. With another, it isn't kept."""
    query = request.META.get("QUERY_STRING", "")
    return query if query in ("", f"language={get_language()}") else None


def never() -> datetime | None:
    """Return that no moment changes a page."""
    return None


def no_values() -> Values:
    """Return that nothing in a page differs from request to request."""
    return {}


def cached_page(
    *,
    key: Callable[[HttpRequest], Hashable | None] = plain_address,
    until: Callable[[], datetime | None] = never,
    values: Callable[[], Values] = no_values,
    asked: AskedPages | None = None,
    among: PageCache = PAGES,
) -> Callable[[View], View]:
    """Keep a page in the process for each path, language and version.

    Only answers to GET and HEAD with status 200 and without a cookie are kept. The view must make
    the page of its path, the active language, `key` and the rows of watched tables alone
    (tests/architecture/test_public_pages.py).

    Args:
        key: of a request, what else the page depends on. None: this request is answered anew, or
            by `asked`.
        until: asked when a page is made: the moment at which time alone changes it.
        values: returns what stands at the places of a page, for each request.
        asked: keeps the pages that have no key, where they depend on nothing but their query.
        among: the cache. Pages of which visitors can ask for very many have one of their own.
    """

    def decorate(view: View) -> View:
        pages = _CachedView(view, until, values)

        @wraps(view)
        def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            with one_version():
                part = key(request)
                if part is not None or asked is None:
                    return pages.found(among, part, request) or pages.made(
                        among, part, request, *args, **kwargs
                    )
                return pages.asked_for(asked, request, *args, **kwargs)

        return kept

    return decorate


@dataclass(frozen=True, slots=True)
class _CachedView:
    """A view, and how its pages are kept."""

    view: View
    until: Callable[[], datetime | None]
    values: Callable[[], Values]

    def asked_for(
        self, asked: AskedPages, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        part = asked.key(request)
        page = self.found(asked.pages, part, request)
        if page is not None:
            return page
        with asked.alone(None if part is None else _whole(part, request)) as is_first:
            page = None if is_first else self.found(asked.pages, part, request)
            if page is not None:
                return page
            with asked.turn(request) as is_ours:
                if not is_ours:
                    return asked.refuse()
                return self.made(asked.pages, part, request, *args, **kwargs)

    def found(
        self, pages: PageCache, part: Hashable | None, request: HttpRequest
    ) -> HttpResponse | None:
        version = None if part is None else public_version()
        page = None if version is None else pages.get(_whole(part, request), version=version)
        if page is None:
            return None
        return HttpResponse(fill_places(page.parts, self.values()), headers=dict(page.headers))

    def made(
        self,
        pages: PageCache,
        part: Hashable | None,
        request: HttpRequest,
        *args: object,
        **kwargs: object,
    ) -> HttpResponse:
        # As it was before the view read anything: the block asks once (`one_version`).
        version = None if part is None else public_version()
        response = self.view(request, *args, **kwargs)
        parts = split_at_places(response.content)
        if version is not None and response.status_code == 200 and not response.cookies:
            page = _page_of(response, parts, self.until())
            pages.put(_whole(part, request), page, version=version)
        response.content = fill_places(parts, self.values())
        return response


def _whole(part: Hashable | None, request: HttpRequest) -> Hashable:
    return (request.path, get_script_prefix(), get_language(), is_neutral(request), part)


def _page_of(response: HttpResponse, parts: Parts, until: datetime | None) -> KeptPage:
    seconds = LONGEST
    if until is not None:
        seconds = min(seconds, (until - timezone.now()).total_seconds())
    return KeptPage(parts, tuple(response.items()), time.monotonic() + seconds)
