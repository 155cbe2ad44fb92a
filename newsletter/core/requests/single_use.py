"""Things that may be used once: remembered in Redis, or in this process where there is none."""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings

from newsletter.core.redis_circuit import NotAsked, client

logger = logging.getLogger(__name__)

PREFIX = "used:"
"""What the keys in Redis begin with."""
ROOM = 200_000
"""Names that a process keeps, some 40 MB. Beyond, it forgets the oldest before their time."""


def use_once(name: str, *, seconds: int) -> bool:
    """Note that `name` is used now, and return whether this is the first time.

    Where Redis doesn't answer, each process remembers what came to it.

    Args:
        name: unguessable, so that nobody can use it up for somebody else.
        seconds: how long it is remembered; afterwards it must be refused for its age.
    """
    if settings.REDIS_URL:
        try:
            answer = _redis(settings.REDIS_URL).set(f"{PREFIX}{name}", 1, nx=True, ex=seconds)
            return bool(answer)
        except NotAsked:
            pass
        except Exception as error:  # noqa: BLE001 - whatever Redis's client raises
            logger.warning("Can't remember in Redis (%s); remembering in this process", error)
    return own_names().use_once(name, seconds=seconds)


_redis = cache(client)


class OwnNames:
    """The names that one process remembers, shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._until: dict[str, float] = {}
        """Names in the order of their first use."""

    def __len__(self) -> int:
        return len(self._until)

    def use_once(self, name: str, *, seconds: int) -> bool:
        """Do as Redis does."""
        with self._lock:
            now = self._clock()
            while self._until:
                oldest = next(iter(self._until))
                if self._until[oldest] > now:
                    break
                del self._until[oldest]
            if self._until.get(name, now) > now:
                return False
            if len(self._until) >= ROOM:
                del self._until[next(iter(self._until))]
            self._until[name] = now + seconds
            return True


@cache
def own_names() -> OwnNames:
    """Return the names of this process."""
    return OwnNames()
