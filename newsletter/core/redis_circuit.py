"""A circuit breaker for Redis, so that no page waits for a Redis that hangs.

A page that could do without Redis must not wait for it, and many requests that each wait for a
second are a site that stands still. So a request, or a claim in progress, asks Redis through here.
The first question without an answer opens the circuit of this process: the next ones are refused at
once. After a rest one question tries again, and the others are refused until that one has had its
answer.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

from newsletter.core.redis_address import redis_address

logger = logging.getLogger(__name__)

_NO_ANSWER = (redis.ConnectionError, redis.TimeoutError, OSError, OperationalError)
"""Errors that say that Redis was not there. An error that Redis itself reports is an answer."""


class NotAsked(redis.ConnectionError):
    """Redis has not answered lately, and is left alone for a while. Nothing was sent."""


class Circuit:
    """The circuit breaker of one Redis in one process, shared by its threads."""

    def __init__(self, *, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with the circuit closed.

        Args:
            rest: seconds for which Redis is left alone after a question without an answer.
            clock: tells seconds.
        """
        self._rest, self._clock = rest, clock
        self._lock = threading.Lock()
        self._rests_until: float | None = None

    def ask[T](self, question: Callable[[], T]) -> T:
        """Call `question`, and return its answer.

        Args:
            question: asks Redis, within a time limit of its own, and doesn't ask through the
                circuit once more.

        Raises:
            NotAsked: at once, and without a connection.
        """
        is_trial = self._enter()
        try:
            answer = question()
        except _NO_ANSWER as error:
            self._open(error)
            raise
        except redis.RedisError:
            self._close(is_trial)
            raise
        self._close(is_trial)
        return answer

    def _enter(self) -> bool:
        """Return whether this question is the one that tries again."""
        with self._lock:
            if self._rests_until is None:
                return False
            now = self._clock()
            if now < self._rests_until:
                raise NotAsked("Redis has given no answer lately.")
            # The others wait for its outcome. Should it never come back, another tries.
            self._rests_until = now + self._rest
            return True

    def _open(self, error: Exception) -> None:
        with self._lock:
            is_news = self._rests_until is None
            self._rests_until = self._clock() + self._rest
        if is_news:
            logger.warning(
                "Redis does not answer (%s). This process goes on without it, and asks again "
                "every %.0f seconds",
                type(error).__name__,
                self._rest,
                extra={"outage": "Redis"},
            )

    def _close(self, is_trial: bool) -> None:
        """Close the circuit, if the question that tried again was answered.

        An answer to an older question says nothing of the present.
        """
        if is_trial:
            with self._lock:
                self._rests_until = None
            logger.warning("Redis answers again")


@cache
def circuit(url: str) -> Circuit:
    """Return the circuit of the Redis at `url`, in this process."""
    return Circuit(rest=settings.REDIS_REST)


def ask[T](question: Callable[[], T]) -> T:
    """Call `question` through the circuit of settings.REDIS_URL (see `Circuit.ask`)."""
    return circuit(settings.REDIS_URL).ask(question)


class CircuitRedis(redis.Redis):
    """A Redis client each of whose commands goes through the circuit. A pipeline's don't."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command.

        Raises:
            NotAsked: Redis is left alone.
        """
        return ask(lambda: super(CircuitRedis, self).execute_command(*args, **options))  # type: ignore[no-untyped-call] # of redis-py


def client(url: str) -> CircuitRedis:
    """Return a client that waits for no longer than settings.REDIS_WAIT.

    It connects at its first command, and so after a fork.
    """
    return CircuitRedis(connection_pool=redis_address(url).pool(**settings.REDIS_OPTIONS))
