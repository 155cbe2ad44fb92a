"""Counts of one process, for the library limits: moving windows that are forgotten once they end.

The library's own MemoryStorage keeps each key for ever, with an empty list once its time is over,
and looks through all keys in a thread after each count. So whoever types a new name with each
attempt would fill a memory, and with 20,000 names each count takes 6 ms.
"""

import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from limits.storage import MovingWindowSupport, Storage

ROOM = 20_000
"""Keys that are kept before those that are over are looked for: some 10 MB."""


@dataclass(slots=True)
class _Window:
    """The times at which something came, oldest first, and how long each counts."""

    seconds: float
    times: list[float] = field(default_factory=list)

    def drop_until(self, moment: float) -> None:
        del self.times[: bisect_right(self.times, moment)]


class OwnStorage(Storage, MovingWindowSupport):
    """Windows by key, shared by the threads of this process."""

    STORAGE_SCHEME = None

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock, self._lock = clock, threading.Lock()
        self._windows: dict[str, _Window] = {}
        self._room = ROOM

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def base_exceptions(self) -> type[Exception]:
        """The errors of a storage. This one has none of its own."""
        return ValueError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount`, unless more than `limit` would have come within `expiry` seconds."""
        with self._lock:
            now = self._clock()
            if len(self._windows) >= self._room:
                self._forget_over(now)
            window = self._windows.get(key) or _Window(expiry)
            window.drop_until(now - expiry)
            if len(window.times) + amount > limit:
                return False
            window.times += [now] * amount
            self._windows[key] = window
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return the time of the oldest that counts, or now where none does, and their number."""
        with self._lock:
            now = self._clock()
            window = self._windows.get(key)
            if window is None:
                return now, 0
            window.drop_until(now - expiry)
            return (window.times[0] if window.times else now), len(window.times)

    def clear(self, key: str) -> None:
        """Forget what came."""
        with self._lock:
            self._windows.pop(key, None)

    def reset(self) -> int:
        """Forget everything, and return how many keys there were."""
        with self._lock:
            number = len(self._windows)
            self._windows.clear()
            self._room = ROOM
            return number

    def check(self) -> bool:
        """Return whether it works."""
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Refuse: fixed windows aren't counted here."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Refuse, as `incr` does."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Refuse, as `incr` does."""
        raise NotImplementedError

    def _forget_over(self, now: float) -> None:
        self._windows = {
            key: window
            for key, window in self._windows.items()
            if window.times and window.times[-1] > now - window.seconds
        }
        # Where few are over, the next look is far off, or each count would look through all.
        self._room = max(ROOM, 2 * len(self._windows))
