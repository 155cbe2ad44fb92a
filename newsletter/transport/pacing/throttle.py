"""The throttle: no more messages a second than the rate says, over all workers and hosts.

For each key one number is kept, the moment of the next free slot (the generic cell rate algorithm).
A caller that wants slots takes the next ones and moves the moment on, in one atomic operation. With
Redis that is a script, on its server's clock; embedded it is a file, on the machine's. A moment
that got lost costs nothing: slots begin at the present, at the rate.
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
"""Seconds that a worker waits for a slot. Beyond that the message goes back, so that its claim
doesn't run out meanwhile."""

_FILE = "pace.json"
_NOTED_FOR = 60.0
"""Seconds after which a moment that has passed is dropped from the file."""


class SlotFarOff(Exception):
    """The next slot is so far off that the message had better be tried later."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Waiting: the mailer’s sending rate is used up at the moment.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Reservation:
    """Slots that are the caller's alone, each as far from the next as the rate says.

    Args:
        number: how many; 0 where the next one is further off than the longest wait.
        starts_in: seconds until the first, or until it is worth asking again.
    """

    number: int
    starts_in: float


@dataclass(frozen=True, slots=True)
class Pace:
    """The rules by which slots are reserved.

    Args:
        rate: slots a second.
        at_once: the most slots of one reservation.
        longest: seconds that the first slot may be off.
        saved: seconds' worth of slots that nobody took and that may still be taken, all at once,
            beside the one that is due.
    """

    rate: float
    at_once: int
    longest: float = 0.0
    saved: float = 0.0

    @property
    def at_first(self) -> float:
        """Seconds' worth of slots for a key that nobody has asked for lately.

        About a second's, not all that could be saved.
        """
        return min(self.saved, max(1 - 1 / self.rate, 0.0))

    @property
    def furthest(self) -> float:
        """Seconds that the next free slot can be off in ordinary use.

        One further off is from before the clock was set back, or from a much slower rate, and must
        not stop mail for hours.
        """
        return self.longest + 1 / self.rate + 1


def reserve(key: str, *, rate: float, most: int) -> Reservation:
    """Take the next slots of `key`: about a second's worth, and at least one.

    Slots that aren't used are lost.

    Args:
        key: what is counted together, such as a mailer's name.
        rate: slots a second.
        most: how many are wanted.

    Raises:
        SlotFarOff: the first would be further off than LONGEST_PAUSE. No slot is used up.
        redis.exceptions.RedisError: Redis can't be asked.
    """
    pace = Pace(rate, at_once=max(int(rate), 1), longest=LONGEST_PAUSE)
    reserved = reserve_each({key: most}, pace=pace)[key]
    if not reserved.number:
        raise SlotFarOff(reserved.starts_in)
    return reserved


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
    """Take the next slots of several keys, in one atomic operation.

    Args:
        wanted: how many slots, by key.

    Raises:
        redis.exceptions.RedisError: Redis can't be asked.
    """
    if not wanted:
        return {}
    if settings.REDIS_URL:
        reserved = _reserve_in_redis(list(wanted), list(wanted.values()), pace)
    else:
        reserved = _reserve_in_file(settings.VAR_DIR / _FILE, wanted, pace, now=time.time())
    return dict(zip(wanted, reserved, strict=True))


def _reserve_in_file(
    path: Path, wanted: Mapping[str, int], pace: Pace, *, now: float
) -> list[Reservation]:
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        moments = _moments(file.read())
        reserved = [_reserve(moments, key, most, pace, now=now) for key, most in wanted.items()]
        file.truncate(0)
        json.dump(
            {key: moment for key, moment in moments.items() if moment > now - _NOTED_FOR}, file
        )
    return reserved


def _moments(text: str) -> dict[str, float]:
    """Read the moments in the file. A damaged file holds none."""
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
    """Do the same as the script for Redis."""
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
# it has passed for longer than slots are saved. KEYS: the keys. ARGV: rate, at_once, longest,
# saved, at_first, furthest, and how many are wanted for each key.
_SCRIPT = """
local seconds, micros = unpack(redis.call('TIME'))
local now = seconds * 1000000 + micros
local rate, at_once = tonumber(ARGV[1]), tonumber(ARGV[2])
local longest, saved = ARGV[3] * 1000000, ARGV[4] * 1000000
local at_first, furthest = ARGV[5] * 1000000, ARGV[6] * 1000000
local slots = {}
for i, key in ipairs(KEYS) do
  local moment = tonumber(redis.call('GET', key))
  local start = moment and math.max(moment, now - saved) or now - at_first
  if start - now > furthest then start = now end
  local off, number = start - now, 0
  if off <= longest then
    local fitting = math.floor((longest - off) / 1000000 * rate + 1 + 1e-6)
    number = math.min(tonumber(ARGV[6 + i]), at_once, fitting)
    moment = start + number * 1000000 / rate
    local kept_for = string.format('%.0f', math.max((moment - now + saved) / 1000, 0) + 1000)
    redis.call('SET', key, string.format('%.0f', moment), 'PX', kept_for)
  end
  slots[2 * i - 1], slots[2 * i] = number, string.format('%.0f', off)
end
return slots
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
