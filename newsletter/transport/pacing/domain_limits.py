"""Limits per domain: no more mail to one domain at a time than its servers like.

They are for SMTP alone. A provider sees to that by itself.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.core.addresses import domain_of
from newsletter.transport.pacing.throttle import Pace, reserve_each
from newsletter.transport.results.result import Outcome, Result

WINDOW = 20.0
"""Seconds over which a domain's limit is kept.

Towards the end of a campaign the clock wakes a worker every quarter of a minute. Slots that fell
due in between must not be lost, or the pace would be a fraction of the rate.
"""


@dataclass(frozen=True, slots=True)
class Split:
    """The recipients who may be written to now, and those who wait, by their place in the list.

    Args:
        later: by place, the seconds to wait.
    """

    now: list[int]
    later: dict[int, float]


def split_by_domain(addresses: Sequence[str], *, mailer: str, rate: float) -> Split:
    """Take a slot for each recipient's domain, and spread those without one over the time to come.

    Args:
        addresses: as `parse_address` returned them.
        mailer: whose messages are counted together.
        rate: messages a second to one domain.

    Raises:
        redis.exceptions.RedisError: the slots can't be reserved.
    """
    domains = [domain_of(address) for address in addresses]
    # The one slot that isn't saved is the one that is given at the present.
    pace = Pace(rate, at_once=len(domains), saved=max(WINDOW - 1 / rate, 0.0))
    reserved = reserve_each(Counter(f"{mailer}:{domain}" for domain in domains), pace=pace)
    split, seen = Split([], {}), Counter[str]()
    for index, domain in enumerate(domains):
        seen[domain] += 1
        given = reserved[f"{mailer}:{domain}"]
        behind = seen[domain] - given.number
        if behind <= 0:
            split.now.append(index)
        else:
            split.later[index] = _wait(given.starts_in + behind / rate)
    return split


def _wait(seconds: float) -> float:
    """Return `seconds` and up to a quarter more, rounded up to whole seconds.

    Whole seconds, so that deliveries which come back together are settled together. More, so that
    not all come back at once.
    """
    jittered = seconds * random.uniform(1, 1.25)  # noqa: S311 - nobody gains by guessing it
    return float(math.ceil(jittered))


def postponed(seconds: float) -> Result:
    """Return the result of a recipient whose domain has had its share for now.

    They go on in `seconds`, and that counts as no attempt.
    """
    return Result(
        Outcome.LATER,
        reason="Waiting: the limit for this recipient’s domain is reached.",
        retry_after=seconds,
        postponed=True,
    )
