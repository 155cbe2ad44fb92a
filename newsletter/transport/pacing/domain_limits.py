"""Ceilings of the domains that mail goes to: no more to one of them at a time than its servers like.

For SMTP alone: a provider that takes mail for everybody sees to that by itself.
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
"""Seconds over which a domain's ceiling is kept. When nobody else is left, the clock wakes a worker
every quarter of a minute; turns that fell due in between must not be lost, or the pace would be a
fraction of what was asked for.
"""


@dataclass(frozen=True, slots=True)
class Split:
    """Who may be written to at once, and who in how many seconds; by their place in the list."""

    now: list[int]
    later: dict[int, float]


def split_by_domain(addresses: Sequence[str], *, mailer: str, rate: float) -> Split:
    """Take a turn for each recipient's domain, and spread those for whom there was none over the time to come.

    Args:
        addresses: as `parse_address` returned them.
        mailer: whose messages are counted together.
        rate: messages a second to one domain.

    Raises:
        redis.exceptions.RedisError: nobody can say whose turn it is.
    """
    domains = [domain_of(address) for address in addresses]
    # What isn't saved is the one turn that is given at the present.
    pace = Pace(rate, at_once=len(domains), saved=max(WINDOW - 1 / rate, 0.0))
    queue = reserve_each(Counter(f"{mailer}:{domain}" for domain in domains), pace=pace)
    split, seen = Split([], {}), Counter[str]()
    for index, domain in enumerate(domains):
        seen[domain] += 1
        given = queue[f"{mailer}:{domain}"]
        behind = seen[domain] - given.number
        if behind <= 0:
            split.now.append(index)
        else:
            split.later[index] = _wait(given.starts_in + behind / rate)
    return split


def _wait(seconds: float) -> float:
    """In whole seconds, so that those who come back together are settled together; up to a quarter more, so that not all do."""
    return float(math.ceil(seconds * random.uniform(1, 1.25)))  # noqa: S311 - nobody gains by guessing it


def postponed(seconds: float) -> Result:
    """What became of a recipient whose domain has had its share: it goes on in `seconds`, and that is no attempt."""
    return Result(
        Outcome.LATER,
        reason="its domain gets no more at a time",
        retry_after=seconds,
        postponed=True,
    )
