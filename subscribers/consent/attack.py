"""Floods of forms: noted while they last, so that staff see what is going on.

Each form that had to bring proof, or was refused, is counted. A process gathers some of them, and
adds them to the sums in Redis, or to its own where there is none. Every few seconds it writes the
sums into the row that the dashboard and `doctor` read: a flood must be a flood neither of writes
nor of questions to Redis.
"""

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

import redis
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
GATHERED = LEAST_POSTS
"""Forms that a process gathers at most. The last ones of a flood, fewer than these, are forgotten:
they change no sum that anybody acts on.
"""
GATHERS_FOR = 2.0
"""Seconds for which it does."""

PREFIX = "attack:"
"""What the keys in Redis begin with."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The forms that were held back since `began`, in seconds since 1970."""

    began: float
    posts: int
    networks: int


@dataclass(slots=True)
class Gathered:
    """Forms that were held back, and are not in the sums yet."""

    posts: int = 0
    networks: set[str] = field(default_factory=set)
    causes: Counter[str] = field(default_factory=Counter)


def note_held_back(network: str, *, cause: str) -> None:
    """Note one form that was held back, and write the sums down where that is due.

    Never fails: the form's answer doesn't depend on it.

    Args:
        network: as `network_of` returned it.
        cause: the limit that held it back.
    """
    gathered = own_gathering().add(network, cause=cause)
    if gathered is None:
        return
    sums = _add(gathered)
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


def held_back_by() -> dict[str, int]:
    """Return how many forms of the present flood each limit held back, the most first.

    Without Redis, or where it doesn't answer, nothing.
    """
    if not settings.REDIS_URL:
        return {}
    try:
        found: Any = client(settings.REDIS_URL).hgetall(f"{PREFIX}causes")  # of bytes
    except redis.RedisError:
        return {}
    causes = {cause.decode(): int(number) for cause, number in found.items()}
    return dict(sorted(causes.items(), key=lambda item: -item[1]))


# --- Counting ---

_SCRIPT = """
local began, posts, networks, causes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
redis.call('SET', began, redis.call('TIME')[1], 'NX')
redis.call('INCRBY', posts, ARGV[2])
local first = 4 + 2 * ARGV[3]
for place = 4, first - 1, 2 do redis.call('HINCRBY', causes, ARGV[place], ARGV[place + 1]) end
for place = first, #ARGV do redis.call('PFADD', networks, ARGV[place]) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[1]) end
return {redis.call('GET', began), redis.call('GET', posts), redis.call('PFCOUNT', networks)}
"""


def _add(gathered: Gathered) -> Sums:
    if settings.REDIS_URL:
        try:
            began, posts, networks = _script(settings.REDIS_URL)(gathered)
            return Sums(float(began), int(posts), int(networks))
        except NotAsked:
            pass
        except Exception as error:  # noqa: BLE001 - whatever Redis's client raises
            logger.warning("Can't count in Redis (%s); counting in this process", error)
    return own_sums().add(gathered)


@cache
def _script(url: str) -> Callable[[Gathered], tuple[bytes, bytes, int]]:
    script = client(url).register_script(_SCRIPT)
    keys = [f"{PREFIX}{name}" for name in ("began", "posts", "networks", "causes")]
    seconds = int(QUIET.total_seconds())

    def add(gathered: Gathered) -> tuple[bytes, bytes, int]:
        causes = [part for cause in gathered.causes.items() for part in cause]
        counted = [gathered.posts, len(gathered.causes), *causes]
        arguments = [seconds, *counted, *sorted(gathered.networks)]
        sums: tuple[bytes, bytes, int] = script(keys=keys, args=arguments)
        return sums

    return add


class Gathering:
    """The forms that one process has gathered, shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._began = -math.inf
        self._gathered = Gathered()

    def add(self, network: str, *, cause: str) -> Gathered | None:
        """Add one form, and return all that were gathered where it is time to count them."""
        with self._lock:
            now = self._clock()
            if now - self._began > QUIET.total_seconds():
                # The rest of an earlier flood.
                self._began, self._gathered = now, Gathered()
            self._gathered.posts += 1
            self._gathered.networks.add(network)
            self._gathered.causes[cause] += 1
            if self._gathered.posts < GATHERED and now - self._began < GATHERS_FOR:
                return None
            gathered = self._gathered
            self._began, self._gathered = now, Gathered()
            return gathered


@cache
def own_gathering() -> Gathering:
    """Return what this process has gathered."""
    return Gathering()


class OwnSums:
    """The sums of one process, shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._began = self._last = 0.0
        self._posts, self._networks = 0, set[str]()

    def add(self, gathered: Gathered) -> Sums:
        """Do as the script for Redis does."""
        with self._lock:
            # Whole seconds, which name the row.
            now = float(int(self._clock()))
            if now - self._last > QUIET.total_seconds():
                self._began, self._posts, self._networks = now, 0, set()
            self._last = now
            self._posts += gathered.posts
            room = MOST_NETWORKS - len(self._networks)
            self._networks.update(islice(gathered.networks - self._networks, max(room, 0)))
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
