"""Limits and rushes as a process has seen them lately, without a question to anybody.

It decides about no form, but about which question is asked first, and about the trust of a form
whose page was opened before the rush. Another process may have seen a rush a moment later.
"""

import threading
import time
from collections.abc import Callable
from functools import cache

from subscribers.consent.form_limits import RUSH

SEEN_FOR = 5.0
"""Seconds for which a limit is taken for used up, before a form is looked at as a whole again."""
MOST_SEEN = 10_000
"""Limits that a process remembers."""
ALL = "*"
"""Stands for all networks together."""


class SeenLimits:
    """The memory of one process, shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._rushes: dict[str, float] = {}
        self._used_up: dict[tuple[str, str], float] = {}

    def note_posts(self, form: str, posts: int) -> float | None:
        """Note the posts of the last minute.

        Returns:
            When the present rush began, in seconds since 1970; None where there is none.
        """
        with self._lock:
            if posts < RUSH[0][0]:
                self._rushes.pop(form, None)
                return None
            return self._rushes.setdefault(form, self._clock())

    def note_limits(self, form: str, network: str, *, are_used_up: bool) -> None:
        """Note whether the limits of a network are used up; with "", those of all."""
        with self._lock:
            if not are_used_up:
                self._used_up.pop((form, network), None)
                return
            if len(self._used_up) >= MOST_SEEN:
                self._used_up.clear()
            self._used_up[form, network] = self._clock()

    def are_used_up(self, form: str, network: str) -> bool:
        """Return whether they were a moment ago."""
        seen = self._used_up.get((form, network))
        return seen is not None and 0 <= self._clock() - seen < SEEN_FOR


@cache
def own_seen() -> SeenLimits:
    """Return what this process has seen."""
    return SeenLimits()
