"""Pages that visitors ask for by a query, such as searches: kept apart, and made for a few at once.

Anybody can invent as many of them as they like. So they are kept in a cache of their own, where
they push out none of the pages that everybody reads; a network may have a number of them made in a
minute; and however many are asked for, most threads of a process go on answering everything else.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse

from newsletter.core.requests.network import network_of
from newsletter.core.requests.window_counts import Counting, Window, count_windows
from newsletter.public_pages.kept_pages import PageCache

MOST_BYTES = 4_000_000
"""Of all such pages of a process."""
LONGEST_QUERY = 300
"""Bytes of a query by which a page is kept."""
AT_ONCE, IN_LINE = 2, 2
"""Pages that a process makes at the same time, and requests that wait for their turn: half of the
threads of config/gunicorn.py."""
LONGEST_WAIT = 1.0
"""Seconds."""
A_MINUTE = 60
"""Pages that are made for one network in a minute. Those that are kept don't count."""


class AskedPages:
    """The pages of some views that depend on their query, and the turns to make one."""

    def __init__(
        self,
        key: Callable[[HttpRequest], Hashable],
        *,
        refuse: Callable[[], HttpResponse],
        a_minute: int = A_MINUTE,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        """Make an empty cache.

        Args:
            key: of a request, what else its page depends on beside path, language and query.
            refuse: answers whoever gets no turn, at next to no cost.
            a_minute: pages that are made for one network.
            longest_wait: seconds for a turn.
        """
        self.pages = PageCache(most_bytes=MOST_BYTES)
        self.refuse = refuse
        self._key, self._a_minute, self._longest_wait = key, a_minute, longest_wait
        self._line = threading.BoundedSemaphore(AT_ONCE + IN_LINE)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._being_made: dict[Hashable, threading.Event] = {}

    def key(self, request: HttpRequest) -> Hashable | None:
        """Return the key of a request's page; None where its query is too long to be kept.

        It holds the query as it came, because a page repeats it in its links.
        """
        query = request.META.get("QUERY_STRING", "")
        return (self._key(request), query) if len(query) <= LONGEST_QUERY else None

    @contextmanager
    def alone(self, key: Hashable | None) -> Iterator[bool]:
        """Yield whether this is the first that asks for a page which isn't kept.

        The others wait until it was made. They stand in no line, as one making serves them all.

        Args:
            key: of the page; None for one that isn't kept, which is made for each.
        """
        with self._lock:
            made = self._being_made.get(key)
            is_first = key is None or made is None
            if is_first and key is not None:
                self._being_made[key] = threading.Event()
        if not is_first and made is not None:
            made.wait(self._longest_wait)
        try:
            yield is_first
        finally:
            if is_first and key is not None:
                with self._lock:
                    self._being_made.pop(key).set()

    @contextmanager
    def turn(self, request: HttpRequest) -> Iterator[bool]:
        """Yield whether the page of this request may be made now; wait a moment if need be."""
        if self._is_used_up(request) or not self._line.acquire(blocking=False):
            yield False
            return
        try:
            if not self._turns.acquire(timeout=self._longest_wait):
                yield False
                return
            try:
                yield True
            finally:
                self._turns.release()
        finally:
            self._line.release()

    def _is_used_up(self, request: HttpRequest) -> bool:
        network = network_of(request.META)
        window = Window(f"asked pages {network}", self._a_minute, 60, Counting.OWN)
        (number,) = count_windows([window])
        return number >= self._a_minute
