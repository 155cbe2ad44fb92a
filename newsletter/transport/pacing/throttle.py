"""The pace of mail: no more messages a second than was asked for, over all workers and hosts.

For each key one number is kept, the moment of the next free turn (the generic cell rate algorithm):
whoever wants turns takes the next ones and moves it on, in one step. With Redis by a script, on its
server's clock; embedded in a file, on the machine's. A moment that got lost costs nothing: turns
begin at the present, at the rate.
"""

import fcntl
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from redis.commands.core import Script

from newsletter.core import redis_circuit

LONGEST_PAUSE = 5.0
"""Seconds that a worker waits for its turn. Beyond that the message goes back, so that its claim
doesn't run out meanwhile."""

_FILE = "pace.json"
_NOTED_FOR = 60.0
"""Seconds after which a moment that has passed is dropped from the file."""


class SlotFarOff(Exception):
    """The next turn is so far off that the message had better be tried later."""

    def __init__(self, seconds: float) -> None:
        super().__init__("The mailer's rate is used up for now.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Reservation:
    """Turns that are the caller's alone, each as far from the next as the rate says.

    Args:
        number: how many; 0 where the next one is further off than was to be waited.
        starts_in: seconds until the first, or until it is worth asking again.
    """

    number: int
    starts_in: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How turns are given out.

    Args:
        rate: turns a second.
        at_once: the most turns of one reservation.
        longest: seconds that the first turn may be off.
        saved: seconds' worth of turns that nobody took and that may still be taken, all at once,
            beside the one that is due.
    """

    rate: float
    at_once: int
    longest: float = 0.0
    saved: float = 0.0

    @property
    def at_first(self) -> float:
        """Seconds' worth of turns for a key that nobody has asked for lately: about a second's, not all that could be saved."""
        return min(self.saved, max(1 - 1 / self.rate, 0.0))

    @property
    def furthest(self) -> float:
        """Seconds that the next free turn can be off by honest means. One further off is from
        before the clock was set back, or from a much slower rate, and must not stop mail for hours.
        """
        return self.longest + 1 / self.rate + 1


def reserve(key: str, *, rate: float, most: int) -> Reservation:
    """Take the next turns of `key`: about a second's worth, and at least one.

    Turns that aren't used are lost.

    Args:
        key: what is counted together, such as a mailer's name.
        rate: turns a second.
        most: how many are wanted.

    Raises:
        SlotFarOff: the first would be further off than LONGEST_PAUSE. No turn is used up.
        redis.exceptions.RedisError: nobody can say whose turn it is.
    """
    pace = Pace(rate, at_once=max(int(rate), 1), longest=LONGEST_PAUSE)
    queue = reserve_each({key: most}, pace=pace)[key]
    if not queue.number:
        raise SlotFarOff(queue.starts_in)
    return queue


def wait_for_slot(mailer: str, *, rate: float | None) -> None:
    """Wait until one message more may leave by `mailer`.

    Args:
        mailer: whose messages are counted together.
        rate: messages a second; None returns at once.

    Raises:
        SlotFarOff, redis.exceptions.RedisError: see `reserve`.
    """
    if rate is not None:
        time.sleep(reserve(mailer, rate=rate, most=1).starts_in)


def reserve_each(wanted: Mapping[str, int], *, pace: Pace) -> dict[str, Reservation]:
    """Take the next turns of several keys, in one step.

    Args:
        wanted: how many turns, by key.

    Raises:
        redis.exceptions.RedisError: nobody can say whose turn it is.
    """
    if not wanted:
        return {}
    if settings.REDIS_URL:
        queue = _reserve_in_redis(list(wanted), list(wanted.values()), pace)
    else:
        queue = _reserve_in_file(settings.VAR_DIR / _FILE, wanted, pace, now=time.time())
    return dict(zip(wanted, queue, strict=True))


def _reserve_in_file(
    path: Path, wanted: Mapping[str, int], pace: Pace, *, now: float
) -> list[Reservation]:
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        moments = _moments(file.read())
        queue = [_reserve(moments, key, most, pace, now=now) for key, most in wanted.items()]
        file.truncate(0)
        json.dump(
            {key: moment for key, moment in moments.items() if moment > now - _NOTED_FOR}, file
        )
    return queue


def _moments(text: str) -> dict[str, float]:
    """What the file holds. One that was damaged holds nothing."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    items = found.items() if isinstance(found, dict) else ()
    return {
        key: float(moment)
        for key, moment in items
        if isinstance(moment, int | float) and math.isfinite(moment)
    }


def _reserve(
    moments: dict[str, float], key: str, most: int, pace: Pace, *, now: float
) -> Reservation:
    """The same as the script for Redis."""
    start = max(moments[key], now - pace.saved) if key in moments else now - pace.at_first
    if start - now > pace.furthest:
        start = now
    off = start - now
    if off > pace.longest:
        return Reservation(0, off)
    number = min(most, pace.at_once, math.floor((pace.longest - off) * pace.rate + 1 + 1e-6))
    moments[key] = start + number / pace.rate
    return Reservation(number, max(off, 0.0))


# Moments in microseconds since 1970, which the numbers of Lua hold exactly. Each is forgotten when
# it has passed for longer than turns are saved. KEYS: the keys. ARGV: rate, at_once, longest,
# saved, at_first, furthest, and how many are wanted for each key.
_SCRIPT = """
local seconds, micros = unpack(redis.call('TIME'))
local now = seconds * 1000000 + micros
local rate, at_once = tonumber(ARGV[1]), tonumber(ARGV[2])
local longest, saved, at_first, furthest = ARGV[3] * 1000000, ARGV[4] * 1000000, ARGV[5] * 1000000, ARGV[6] * 1000000
local turns = {}
for i, key in ipairs(KEYS) do
  local moment = tonumber(redis.call('GET', key))
  local start = moment and math.max(moment, now - saved) or now - at_first
  if start - now > furthest then start = now end
  local off, number = start - now, 0
  if off <= longest then
    number = math.min(tonumber(ARGV[6 + i]), at_once, math.floor((longest - off) / 1000000 * rate + 1 + 1e-6))
    moment = start + number * 1000000 / rate
    redis.call('SET', key, string.format('%.0f', moment), 'PX', string.format('%.0f', math.max((moment - now + saved) / 1000, 0) + 1000))
  end
  turns[2 * i - 1], turns[2 * i] = number, string.format('%.0f', off)
end
return turns
"""


def _reserve_in_redis(keys: Sequence[str], most: Sequence[int], pace: Pace) -> list[Reservation]:
    arguments = [
        pace.rate,
        pace.at_once,
        pace.longest,
        pace.saved,
        pace.at_first,
        pace.furthest,
        *most,
    ]
    answer: Any = _script(settings.REDIS_URL)(keys=[f"pace:{key}" for key in keys], args=arguments)
    return [
        Reservation(int(number), max(int(off) / 1_000_000, 0.0))
        for number, off in zip(answer[::2], answer[1::2], strict=True)
    ]


@cache
def _script(url: str) -> Script:
    # A Redis that hangs must not hold a worker's claim until its lease runs out.
    return redis_circuit.client(url).register_script(_SCRIPT)
