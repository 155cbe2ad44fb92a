"""Rate limits of the public forms: per network, per mailbox, per recipient domain, and overall.

What is over a limit is dropped without a word (the page is the same), and never queued. That one
address gets one confirmation a day is not held here but by `mail_limits` and the outbox's rows,
which no restart forgets.
"""

from limits import RateLimitItem, parse

from newsletter.core.addresses import address_digest, domain_of, mailbox_of
from newsletter.core.requests.rate_limits import count

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
