"""Floods of forms: noted while they last, so that staff see what is going on.

Each form that had to bring proof, or was refused, is counted in Redis, or in this process where
there is none. Every few seconds a process writes the sums into the row that the dashboard and
`doctor` read: a flood must not be a flood of writes.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from newsletter.core.redis_circuit import NotAsked, client
from subscribers.models import SignUpAttack

logger = logging.getLogger(__name__)

QUIET = timedelta(minutes=15)
"""A flood is over when nothing was held back for so long."""
LEAST_POSTS = 50
"""Fewer are a committee that signs up in one room."""
WRITE_EVERY = 10.0
"""Seconds between two writes of one process."""
MOST_NETWORKS = 100_000
"""Networks that a process without Redis tells apart."""

PREFIX = "attack:"
"""What the keys in Redis begin with."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The forms that were held back since `began`, in seconds since 1970."""

    began: float
    posts: int
    networks: int


def note_held_back(network: str) -> None:
    """Note one form that was held back, and write the sums down where that is due.

    Never fails: the form's answer doesn't depend on it.

    Args:
        network: as `network_of` returned it.
    """
    sums = _count(network)
    if sums.posts < LEAST_POSTS or not own_writer().is_due():
        return
    now = timezone.now()
    row = SignUpAttack(
        began_at=datetime.fromtimestamp(sums.began, UTC),
        last_at=now,
        posts=sums.posts,
        networks=sums.networks,
    )
    try:
        SignUpAttack.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["began_at"],
            update_fields=["last_at", "posts", "networks"],
        )
    except DatabaseError as error:
        logger.warning("Could not write down a flood of sign-ups: %s", error)


def current_attack(*, now: datetime | None = None) -> SignUpAttack | None:
    """Return the flood that goes on, or None."""
    since = (now or timezone.now()) - QUIET
    return SignUpAttack.objects.filter(last_at__gte=since).order_by("-last_at").first()


# --- Counting ---

_SCRIPT = """
local began, posts, networks = KEYS[1], KEYS[2], KEYS[3]
redis.call('SET', began, redis.call('TIME')[1], 'NX')
redis.call('INCR', posts)
redis.call('PFADD', networks, ARGV[1])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end
return {redis.call('GET', began), redis.call('GET', posts), redis.call('PFCOUNT', networks)}
"""


def _count(network: str) -> Sums:
    if settings.REDIS_URL:
        try:
            began, posts, networks = _script(settings.REDIS_URL)(network)
            return Sums(float(began), int(posts), int(networks))
        except NotAsked:
            pass
        except Exception as error:  # noqa: BLE001 - whatever Redis's client raises
            logger.warning("Can't count in Redis (%s); counting in this process", error)
    return own_sums().count(network)


@cache
def _script(url: str) -> Callable[[str], tuple[bytes, bytes, int]]:
    script = client(url).register_script(_SCRIPT)
    keys = [f"{PREFIX}{name}" for name in ("began", "posts", "networks")]
    return lambda network: script(keys=keys, args=[network, int(QUIET.total_seconds())])


class OwnSums:
    """The sums of one process, shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._began = self._last = 0.0
        self._posts, self._networks = 0, set[str]()

    def count(self, network: str) -> Sums:
        """Do as the script for Redis does."""
        with self._lock:
            # Whole seconds, which name the row.
            now = float(int(self._clock()))
            if now - self._last > QUIET.total_seconds():
                self._began, self._posts, self._networks = now, 0, set()
            self._last = now
            self._posts += 1
            if len(self._networks) < MOST_NETWORKS:
                self._networks.add(network)
            return Sums(self._began, self._posts, len(self._networks))


@cache
def own_sums() -> OwnSums:
    """Return the sums of this process."""
    return OwnSums()


class Writer:
    """One process's turn to write."""

    def __init__(self) -> None:
        self._lock, self._next = threading.Lock(), 0.0

    def is_due(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return False
            self._next = now + WRITE_EVERY
            return True


@cache
def own_writer() -> Writer:
    """Return the turn of this process."""
    return Writer()
