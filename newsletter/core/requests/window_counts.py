"""Counts within sliding windows: many at once, in one question to Redis, or in this process.

A form that anybody can post to is counted by a dozen windows. Asked one by one, as
`rate_limits.count` does for the few counts of a sign-in, they would cost more than all the rest of
the request; and a list of times for each key is what a flood fills a memory with. So a window here
is two numbers: how many came in the present span of its length, and in the one before. The count is
the present one and that part of the former which the window still covers.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from django.conf import settings

from newsletter.core.redis_circuit import NotAsked, client

logger = logging.getLogger(__name__)

PREFIX = "windows:"
"""What the keys in Redis begin with."""
ROOM = 200_000
"""Windows that a process keeps: some 60 MB."""


class Counting(IntEnum):
    """The rule by which a window counts what came."""

    ALWAYS = 0
    """Always, beyond its amount too: it measures, and holds nothing back."""
    OWN = 1
    """Unless it is used up: of who came, such as a network."""
    SHARED = 2
    """Unless any window is used up: of what many share. So whoever is held back by their own
    window uses up nobody else's.
    """

    @property
    def holds_back(self) -> bool:
        """Return whether a window that is used up holds anything back."""
        return self is not Counting.ALWAYS


@dataclass(frozen=True, slots=True)
class Window:
    """A window, and what it counts.

    Args:
        key: of what is counted, such as `sign-up network 192.0.2.0/24`.
        amount: how many may come within `seconds`.
    """

    key: str
    amount: int
    seconds: int
    counting: Counting = Counting.SHARED

    @property
    def name(self) -> str:
        """Return the window's name in the store. One key may have windows of several lengths."""
        return f"{PREFIX}{self.seconds}:{self.key}"


def count_windows(windows: Sequence[Window], *, unasked: int = 0) -> list[int]:
    """Count what has come once, in all windows, and return how many had come in each before it.

    A window whose number reaches its amount is used up.

    Args:
        unasked: how many came before it and were held back without a question: windows that
            measure count them, too.
    """
    return _ask(windows, came=1 + unasked)


def look_at_windows(windows: Sequence[Window]) -> list[int]:
    """Return how many have come in each window. Nothing is counted."""
    return _ask(windows, came=0)


def _ask(windows: Sequence[Window], *, came: int) -> list[int]:
    """Ask Redis; where there is none, or it doesn't answer, this process.

    A form that can't count must neither fail, nor wait, nor stand open.
    """
    if settings.REDIS_URL:
        try:
            return _ask_redis(windows, came)
        except NotAsked:
            pass
        except Exception as error:  # noqa: BLE001 - whatever Redis's client raises
            logger.warning("Can't count in Redis (%s); counting in this process", error)
    return own_windows().ask(windows, came=came)


# --- In Redis ---

_SCRIPT = """
local now, over, held = tonumber(redis.call('TIME')[1]), false, {}
local numbers, place = {}, 0
for amount, seconds, counting in string.gmatch(ARGV[2], '(%d+) (%d+) (%d+)') do
  place, amount, seconds, counting =
    place + 1, tonumber(amount), tonumber(seconds), tonumber(counting)
  local kept = redis.call('HMGET', KEYS[place], 'span', 'now', 'before')
  local span, present, before = tonumber(kept[1]), tonumber(kept[2]), tonumber(kept[3])
  local current = math.floor(now / seconds)
  if span == current - 1 then
    present, before = 0, present
  elseif span ~= current then
    present, before = 0, 0
  end
  local number = present + math.floor(before * (1 - (now % seconds) / seconds))
  numbers[place] = number
  local full = counting > 0 and number >= amount
  over = over or full
  held[place] = {span, current, present, before, full, counting, seconds}
end
local came = tonumber(ARGV[1])
if came > 0 then
  for place, window in ipairs(held) do
    local span, current, present, before, full, counting, seconds = unpack(window)
    if counting == 0 or (counting == 1 and not full) or (counting == 2 and not over) then
      present = present + (counting == 0 and came or 1)
      if span == current then
        redis.call('HSET', KEYS[place], 'now', present)
      else
        redis.call('HSET', KEYS[place], 'span', current, 'now', present, 'before', before)
        redis.call('EXPIRE', KEYS[place], seconds * 2)
      end
    end
  end
end
return table.concat(numbers, ' ')
"""


def _ask_redis(windows: Sequence[Window], came: int) -> list[int]:
    # All numbers in one argument, and in one answer: redis-py takes longer for each than Redis.
    rules = " ".join(f"{each.amount} {each.seconds} {int(each.counting)}" for each in windows)
    numbers = _script(settings.REDIS_URL)([each.name for each in windows], [came, rules])
    return [int(number) for number in numbers.split()]


@cache
def _script(url: str) -> Callable[[list[str], list[int | str]], bytes]:
    script = client(url).register_script(_SCRIPT)
    return lambda keys, arguments: script(keys=keys, args=arguments)


# --- In this process ---


@dataclass(slots=True)
class _Span:
    """The present span of a window, by its number since 1970, and two counts."""

    span: int
    seconds: int
    now: int = 0
    before: int = 0

    def move_to(self, span: int) -> None:
        if span == self.span + 1:
            self.before, self.now = self.now, 0
        elif span != self.span:
            self.before = self.now = 0
        self.span = span


class OwnWindows:
    """The windows of one process, shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._spans: dict[str, _Span] = {}

    def __len__(self) -> int:
        return len(self._spans)

    def ask(self, windows: Sequence[Window], *, came: int) -> list[int]:
        """Do as the script for Redis does."""
        with self._lock:
            now = self._clock()
            if len(self._spans) >= ROOM:
                self._make_room(now)
            spans = [self._span(window, now) for window in windows]
            numbers = [
                span.now + int(span.before * (1 - (now % span.seconds) / span.seconds))
                for span in spans
            ]
            full = [
                window.counting.holds_back and number >= window.amount
                for window, number in zip(windows, numbers, strict=True)
            ]
            if came:
                self._count(windows, spans, full, came)
        return numbers

    def _span(self, window: Window, now: float) -> _Span:
        current = int(now // window.seconds)
        span = self._spans.get(window.name) or _Span(current, window.seconds)
        span.move_to(current)
        return span

    def _count(
        self, windows: Sequence[Window], spans: Sequence[_Span], full: Sequence[bool], came: int
    ) -> None:
        for window, span, is_full in zip(windows, spans, full, strict=True):
            held = {Counting.ALWAYS: False, Counting.OWN: is_full, Counting.SHARED: any(full)}
            if not held[window.counting]:
                span.now += came if window.counting is Counting.ALWAYS else 1
                self._spans[window.name] = span

    def _make_room(self, now: float) -> None:
        """Forget what is over. Where that isn't half, forget what has counted least, too.

        A flood from ever new networks fills the room with counts of one, and to forget one of
        those lets one more form in.
        """
        left = {
            name: span
            for name, span in self._spans.items()
            if span.span >= int(now // span.seconds) - 1
        }
        if len(left) > ROOM // 2:
            most = sorted(left.items(), key=lambda item: item[1].now + item[1].before, reverse=True)
            left = dict(most[: ROOM // 2])
        self._spans = left


@cache
def own_windows() -> OwnWindows:
    """Return the windows of this process."""
    return OwnWindows()
