"""Public pages that are kept in the process, made once for each language and version.

A request asks the database for the version (newsletter.public_pages.version), so a change by staff
shows at once, on every host. Nothing of a visitor may be in such a page: what differs from request
to request is put in when it leaves (`fill`).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language

from newsletter.public_pages.version import Version, one_version, public_version

LONGEST = 60.0
"""Seconds that a page is kept at most. It bounds what a mistake of ours can do."""
MOST_BYTES = 16_000_000
"""Of all pages of a process. The page that was asked for least recently goes first."""

type View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page, as the view made it."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    ends_at: float
    """By time.monotonic()."""


class PageCache:
    """The pages of one version, by key."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        """Make an empty cache.

        Args:
            most_bytes: of the contents of all pages.
        """
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._bytes = 0
        self._version: Version | None = None

    def get(self, key: Hashable, *, version: Version) -> KeptPage | None:
        """Return the page of this version, or None. Those of other versions are dropped."""
        with self._lock:
            if version != self._version:
                self._drop_all()
                self._version = version
            page = self._pages.get(key)
            if page is None:
                return None
            if page.ends_at <= time.monotonic():
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: KeptPage, *, version: Version) -> None:
        """Keep a page, unless there is a newer version by now."""
        with self._lock:
            if version != self._version or len(page.content) > self._most_bytes:
                return
            self._drop(key)
            self._pages[key] = page
            self._bytes += len(page.content)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._drop_all()
            self._version = None

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        self._bytes -= len(page.content) if page else 0

    def _drop_all(self) -> None:
        self._pages.clear()
        self._bytes = 0


PAGES = PageCache()
"""The cache of this process."""


def plain_address(request: HttpRequest) -> Hashable | None:
    """Return a key for a page that takes no query but its language. With another, it isn't kept."""
    query = request.META.get("QUERY_STRING", "")
    return query if query in ("", f"language={get_language()}") else None


def never() -> datetime | None:
    """Return that no moment changes a page."""
    return None


def as_it_is(content: bytes) -> bytes:
    """Return a page in which nothing differs from request to request."""
    return content


def cached_page(
    *,
    key: Callable[[HttpRequest], Hashable | None] = plain_address,
    until: Callable[[], datetime | None] = never,
    fill: Callable[[bytes], bytes] = as_it_is,
) -> Callable[[View], View]:
    """Keep a page in the process for each path, language and version.

    Only answers to GET and HEAD with status 200 and without a cookie are kept. The view must make
    the page of its path, the active language, `key` and the rows of watched tables alone
    (tests/architecture/test_public_pages.py).

    Args:
        key: of a request, what else the page depends on. None: this request is answered anew.
        until: asked when a page is made: the moment at which time alone changes it.
        fill: puts what differs from request to request into the finished page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            with one_version():
                return answer(request, *args, **kwargs)

        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            part = key(request)
            version = None if part is None else public_version()
            if version is None:
                return _filled(view(request, *args, **kwargs), fill)
            whole = (request.path, get_script_prefix(), get_language(), part)
            page = PAGES.get(whole, version=version)
            if page is not None:
                return HttpResponse(fill(page.content), headers=dict(page.headers))
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and not response.cookies:
                PAGES.put(whole, _page_of(response, until()), version=version)
            return _filled(response, fill)

        return kept

    return decorate


def _page_of(response: HttpResponse, until: datetime | None) -> KeptPage:
    seconds = LONGEST
    if until is not None:
        seconds = min(seconds, (until - timezone.now()).total_seconds())
    return KeptPage(response.content, tuple(response.items()), time.monotonic() + seconds)


def _filled(response: HttpResponse, fill: Callable[[bytes], bytes]) -> HttpResponse:
    response.content = fill(response.content)
    return response
