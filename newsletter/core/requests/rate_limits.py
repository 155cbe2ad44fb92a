"""Counting for rate limits: in Redis, or in this process where there is none."""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from django.conf import settings
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from newsletter.core.redis_address import redis_address
from newsletter.core.redis_circuit import NotAsked, ask
from newsletter.core.requests.own_storage import OwnStorage

logger = logging.getLogger(__name__)


def count[T](act: Callable[[RateLimiter], T]) -> T:
    """Call `act` with a limiter to count with, and return its result.

    Counts live in Redis, so that all hosts share them. Where there is no Redis, or it doesn't
    answer, they live in this process: a form that can't count must neither fail, nor wait, nor
    stand open.
    """
    own = MovingWindowRateLimiter(storage(""))
    if not settings.REDIS_URL:
        return act(own)
    try:
        return ask(lambda: act(MovingWindowRateLimiter(storage(settings.REDIS_URL))))
    except NotAsked:
        return act(own)
    except Exception as error:  # noqa: BLE001 - whatever the storage's client raises
        logger.warning("Can't count in Redis (%s); counting in this process", error)
        return act(own)


@cache
def storage(url: str) -> Storage:
    """Return the storage of counts: Redis, or with an empty URL this process.

    It is made at its first use, and so after a fork.
    """
    if not url:
        return OwnStorage()
    pool: Any = redis_address(url).pool(**settings.REDIS_OPTIONS)
    return cast(Storage, storage_from_string("redis://", connection_pool=pool))
