"""Pages in the memory of a process, for one version of what public pages show."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from newsletter.public_pages.places import Parts
from newsletter.public_pages.version import Version

MOST_BYTES = 16_000_000
"""Of all pages of a process. The page that was asked for least recently goes first."""
BESIDE = 1_000
"""Bytes that a page takes beside its content: key, headers, places in the cache."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page, as the view made it."""

    parts: Parts
    headers: tuple[tuple[str, str], ...]
    ends_at: float
    """By time.monotonic()."""

    @property
    def size(self) -> int:
        """Its bytes in memory, roughly."""
        return sum(map(len, self.parts)) + BESIDE


class PageCache:
    """The pages of one version, by key."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        """Make an empty cache.

        Args:
            most_bytes: of all pages.
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
            if version != self._version or page.size > self._most_bytes:
                return
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    @property
    def bytes_held(self) -> int:
        """The size of all pages."""
        return self._bytes

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._drop_all()
            self._version = None

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        self._bytes -= page.size if page else 0

    def _drop_all(self) -> None:
        self._pages.clear()
        self._bytes = 0
