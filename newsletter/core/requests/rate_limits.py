"""Rate limits of the public forms: per network, per mailbox, per recipient domain, and overall.

What is over a limit is dropped without a word (the page is the same), and never queued. That one
address gets one confirmation a day is not held here but by the outbox's rows, which no restart
forgets.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from newsletter.core.addresses import address_digest, domain_of, mailbox_of
from newsletter.core.redis_circuit import NotAsked, ask

logger = logging.getLogger(__name__)

type Counted = tuple[RateLimitItem, tuple[str, ...]]
"""A limit, and the key that it counts for."""

PER_NETWORK = (parse("120/hour"), parse("400/day"))
"""A parliament's members share few addresses: a whole committee must be able to sign up during a
meeting.
"""
PER_NETWORK_IN_DOUBT = (parse("30/hour"),)
"""For forms filled in faster than a person can, or without our page having been loaded."""
PER_MAILBOX = (parse("6/day"),)
"""For all the spellings that lead into one mailbox (ada+1@, ada+2@, at Gmail a.da@). Each of them
is an address of its own, and may be asked once a day.
"""
PER_DOMAIN = (parse("500/hour"),)
OVERALL = (parse("2000/hour"), parse("10000/day"))
"""The attack seen in the wild made 160,000 sign-ups in 24 hours."""


def within_limits(*, network: str, address: str, in_doubt: bool = False) -> bool:
    """Count one sign-up, and return whether it may go on.

    Args:
        network: as `network_of` returned it.
        address: the recipient's, as `parse_address` returned it. Counted by a digest: Redis is no
            place for addresses.
        in_doubt: something about the form looks like a machine.
    """
    counted: list[Counted] = (
        [(limit, ("in doubt", network)) for limit in PER_NETWORK_IN_DOUBT] if in_doubt else []
    )
    counted += [(limit, ("network", network)) for limit in PER_NETWORK]
    counted += [(limit, ("mailbox", address_digest(mailbox_of(address)))) for limit in PER_MAILBOX]
    counted += [(limit, ("domain", domain_of(address))) for limit in PER_DOMAIN]
    counted += [(limit, ("all",)) for limit in OVERALL]
    # A limit that is used up leaves the others uncounted, so that a flood from one network uses up
    # nobody else's.
    return count(lambda limiter: all(limiter.hit(limit, "sign-up", *key) for limit, key in counted))


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
        return MemoryStorage()
    # Any: limits passes on all that redis-py takes, and has types for a part of it.
    options: dict[str, Any] = settings.REDIS_OPTIONS
    return cast(Storage, storage_from_string(url, **options))
