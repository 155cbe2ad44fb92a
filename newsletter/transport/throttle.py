"""The rate of a mailer: no more messages a second than its URL says, over all workers.

With Redis, all hosts share one window. Embedded, all processes of the machine share a file that holds the time of the next turn.
"""

import fcntl
import math
import time
from fractions import Fraction
from functools import cache
from pathlib import Path

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

LONGEST_PAUSE = 5.0
"""Seconds that a worker waits for its turn. Beyond that the message goes back, so that its claim doesn't run out meanwhile."""


class TurnFarOff(Exception):
    """The next turn is so far off that the message had better be tried later."""

    def __init__(self, seconds: float) -> None:
        super().__init__("The mailer's rate is used up for now.")
        self.seconds = seconds


def wait_for_turn(mailer: str, *, rate: float | None) -> None:
    """Wait until one message more may leave by `mailer`.

    Args:
        mailer: the alias whose messages are counted together.
        rate: messages a second; None returns at once.

    Raises:
        TurnFarOff: it would take longer than LONGEST_PAUSE. No turn is used up.
        redis.exceptions.RedisError: nobody can say whose turn it is.
    """
    if rate is None:
        return
    if settings.REDIS_URL:
        _wait_in_redis(mailer, rate)
    else:
        time.sleep(_take_turn(settings.VAR_DIR / f"rate-{mailer}", rate, now=time.time()))


def _take_turn(path: Path, rate: float, *, now: float) -> float:
    """Take the next turn of the file; how many seconds it is off."""
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        turn = max(_number(file.read()), now)
        # A clock that was set back must not stop mail for hours.
        if turn - now > max(LONGEST_PAUSE, 1 / rate) + 1 / rate:
            turn = now
        if turn - now > LONGEST_PAUSE:
            raise TurnFarOff(turn - now)
        file.truncate(0)
        file.write(repr(turn + 1 / rate))
    return turn - now


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _wait_in_redis(mailer: str, rate: float) -> None:
    limiter, item, started = _limiter(settings.REDIS_URL), _item(rate), time.monotonic()
    while not limiter.hit(item, "mailer", mailer):
        off = max(limiter.get_window_stats(item, "mailer", mailer).reset_time - time.time(), 0.005)
        if time.monotonic() - started + off > LONGEST_PAUSE:
            raise TurnFarOff(off)
        time.sleep(off)


@cache
def _limiter(url: str) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(RedisStorage(url))


@cache
def _item(rate: float) -> RateLimitItemPerSecond:
    """`rate` as whole messages in whole seconds."""
    share = Fraction(rate).limit_denominator(3600)
    return RateLimitItemPerSecond(max(share.numerator, 1), share.denominator)
