"""The memory of the database that all hosts share, in Redis.

It may hang or be missing; then each host has its own memory.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from redis.commands.core import Script
from redis.exceptions import RedisError

from newsletter.core.redis_circuit import client
from newsletter.epoch.memory import Mark

logger = logging.getLogger(__name__)

ALIVE = 60
"""Seconds after which a host that has not been heard of vouches for nobody any more. A Redis that
was itself restored from a backup holds no host that is alive.
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """Redis's answer about one stretch of a database.

    Args:
        mark: the newest step that any host has seen; None where none has published one.
        is_alive: whether a host that may send has looked within the last minute.
    """

    mark: Mark | None
    is_alive: bool


def publish(mark: Mark, *, vouching: bool, is_logged: bool = True) -> None:
    """Have all hosts remember a step, unless they know a newer one.

    Args:
        vouching: whether this host may send, and so vouches for those that come new to this
            database.
        is_logged: whether a Redis that doesn't answer is worth a line in the log.
    """
    _ask(
        lambda script: script(
            keys=_keys(mark.history),
            args=[mark.epoch, mark.nonce, mark.at.isoformat(), ALIVE if vouching else 0],
        ),
        is_logged=is_logged,
    )


def fetch(history: str) -> Shared:
    """Return what the hosts remember of a stretch."""
    answer = _ask(lambda script: script(keys=_keys(history), args=[0, "", "", 0]))
    if answer is None:
        return Shared(None, is_alive=False)
    text, is_alive = answer
    return Shared(_mark(history, text), bool(is_alive))


def _mark(history: str, text: bytes | None) -> Mark | None:
    try:
        epoch, nonce, at = (text or b"").decode("ascii").split(" ")
        return Mark(history, int(epoch), nonce, datetime.fromisoformat(at))
    except ValueError:
        return None


def _keys(history: str) -> list[str]:
    return [f"epoch:{history}", f"epoch:{history}:alive"]


# KEYS: the newest step, and whether somebody lives. ARGV: number, nonce, time, seconds that the
# caller vouches for.
_SCRIPT = """
local known = redis.call('GET', KEYS[1])
local number = tonumber(ARGV[1])
if number > 0 and (not known or tonumber(string.match(known, '^%d+')) < number) then
  known = ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3]
  redis.call('SET', KEYS[1], known)
end
if tonumber(ARGV[4]) > 0 then redis.call('SET', KEYS[2], '1', 'EX', ARGV[4]) end
return {known, redis.call('EXISTS', KEYS[2])}
"""


def _ask(question: Callable[[Script], Any], *, is_logged: bool = True) -> Any:
    """Return Redis's answer, or None where there is none.

    Redis is asked for a moment at most, and left alone when it did not answer.
    """
    if not settings.REDIS_URL:
        return None
    try:
        return question(_script(settings.REDIS_URL))
    except (RedisError, OSError) as error:
        logger.log(
            logging.WARNING if is_logged else logging.DEBUG,
            "Redis does not say what other hosts remember of the database (%s)",
            type(error).__name__,
        )
        return None


@cache
def _script(url: str) -> Script:
    return client(url).register_script(_SCRIPT)
