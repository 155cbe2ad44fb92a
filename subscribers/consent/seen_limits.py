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
ASK_EVERY = 0.2
"""Seconds between two questions to Redis about a limit that is used up. In between a flood is asked
for proof by memory alone.
"""
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
        self._asked: dict[tuple[str, str], float] = {}
        self._posts: dict[str, int] = {}
        self._unasked: dict[str, tuple[float, int]] = {}
        self._latest = float("-inf")

    def note_posts(self, form: str, posts: int) -> float | None:
        """Note the posts of the last minute.

        Returns:
            When the present rush began, in seconds since 1970; None where there is none.
        """
        with self._lock:
            self._posts[form] = posts
            if posts < RUSH[0][0]:
                self._rushes.pop(form, None)
                return None
            return self._rushes.setdefault(form, self._clock())

    def note_limits(self, form: str, network: str, *, are_used_up: bool) -> None:
        """Note whether the limits of a network are used up; with "", those of all."""
        with self._lock:
            if not are_used_up:
                self._used_up.pop((form, network), None)
                self._asked.pop((form, network), None)
                return
            if len(self._used_up) >= MOST_SEEN:
                self._used_up.clear()
                self._asked.clear()
            self._used_up[form, network] = self._latest = self._clock()

    def are_used_up(self, form: str, network: str) -> bool:
        """Return whether they were a moment ago."""
        return self._is_within(SEEN_FOR, self._used_up.get((form, network)))

    def are_any_used_up(self) -> bool:
        """Return whether any limit of any form was, a moment ago."""
        return self._is_within(SEEN_FOR, self._latest)

    def posts_without_asking(self, form: str, network: str) -> int | None:
        """Note a form past a limit that is used up, where the last answer about it is fresh.

        Returns:
            The posts of a minute, by that answer. None: it is time to ask, and others needn't.
        """
        with self._lock:
            if self._is_within(ASK_EVERY, self._asked.get((form, network))):
                _, number = self._unasked.get(form, (0.0, 0))
                self._unasked[form] = self._clock(), number + 1
                return self._posts.get(form, 0)
            self._asked[form, network] = self._clock()
            return None

    def take_unasked(self, form: str) -> int:
        """Return how many forms were noted since the last call, but for those of a former flood."""
        with self._lock:
            last, number = self._unasked.pop(form, (0.0, 0))
            return number if self._is_within(SEEN_FOR, last) else 0

    def _is_within(self, seconds: float, moment: float | None) -> bool:
        return moment is not None and 0 <= self._clock() - moment < seconds


@cache
def own_seen() -> SeenLimits:
    """Return what this process has seen."""
    return SeenLimits()
