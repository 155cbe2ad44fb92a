"""Limits on guessing passwords, which never shut out an account's owner.

Attempts are counted by name and network together, so whoever guesses makes only themselves wait.
No account is looked up here: one that doesn't exist is counted, and answered, in the same way and
time.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem, parse
from limits.strategies import RateLimiter

from newsletter.core.requests.network import network_of
from newsletter.core.requests.rate_limits import count
from newsletter.core.requests.untrusted_proxy import note_proxy
from staff.sign_in.known_device import known_device

PER_NAME_AND_NETWORK = (parse("5/minute"), parse("20/hour"))
PER_NETWORK = (parse("30/15 minutes"),)
"""Wrong attempts on any account. Without this, a network could try each account in turn."""
PER_NAME = parse("100/hour")
"""Wrong attempts from all networks. Above it the account is under attack, and each network gets
fewer attempts."""
PER_NAME_AND_NETWORK_UNDER_ATTACK = (parse("2/15 minutes"),)
PER_DEVICE = (parse("10/15 minutes"),)
"""Attempts from a device that has signed in to this account before. Others' attempts don't count
there."""
REFUSALS_TOLD = parse("1/15 minutes")
"""Refusals of one name and network, or of a network, that are told: whoever guesses on must not
fill the audit log."""

_SPACE = "staff sign-in"

type Counted = tuple[RateLimitItem, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One attempt to sign in."""

    name: str
    """As typed."""
    network: str
    device: str
    """The known device's number; empty for one that hasn't signed in to this account before."""

    def seconds_to_wait(self) -> int:
        """Count the attempt, and return the seconds until it may be made; 0 allows it now."""
        return count(self._seconds_to_wait)

    def failed(self) -> None:
        """Count a wrong password."""
        keys = [*_each(PER_NETWORK, "network", self.network), (PER_NAME, ("name", self.name))]
        count(lambda limiter: [limiter.hit(limit, _SPACE, *key) for limit, key in keys])

    def is_first_refusal(self) -> bool:
        """Count that the attempt was refused, and return whether that is news.

        A network that has to wait whatever it types is told of once, and not with each name.
        """
        return count(self._is_first_refusal)

    def succeeded(self) -> None:
        """Forget the attempts before."""
        count(self._forget)

    def _is_first_refusal(self, limiter: RateLimiter) -> bool:
        names = () if self._has_network_to_wait(limiter) else (self.name,)
        return limiter.hit(REFUSALS_TOLD, _SPACE, "refused", self.network, *names)

    def _forget(self, limiter: RateLimiter) -> None:
        for limit, key in self._own(limiter):
            limiter.clear(limit, _SPACE, *key)

    def _has_network_to_wait(self, limiter: RateLimiter) -> bool:
        return not self.device and not all(
            limiter.test(limit, _SPACE, *key) for limit, key in self._of_network
        )

    @property
    def _of_network(self) -> list[Counted]:
        return list(_each(PER_NETWORK, "network", self.network))

    def _seconds_to_wait(self, limiter: RateLimiter) -> int:
        if self._has_network_to_wait(limiter):
            return _seconds(limiter, self._of_network)
        keys = self._own(limiter)
        return (
            0
            if all(limiter.hit(limit, _SPACE, *key) for limit, key in keys)
            else _seconds(limiter, keys)
        )

    def _own(self, limiter: RateLimiter) -> list[Counted]:
        if self.device:
            return list(_each(PER_DEVICE, "device", self.device))
        is_attacked = not limiter.test(PER_NAME, _SPACE, "name", self.name)
        limits = PER_NAME_AND_NETWORK_UNDER_ATTACK if is_attacked else PER_NAME_AND_NETWORK
        return list(_each(limits, "name and network", self.name, self.network))


def sign_in_attempt(
    typed: str,
    *,
    username: str,
    account_id: int | None,
    environ: Mapping[str, Any],
    cookies: Mapping[str, str],
) -> SignInAttempt:
    """Describe the attempt that a request makes.

    It is counted by what was typed, or having to wait would tell that a name and an address are one
    account's.

    Args:
        typed: a username or an email address.
        username, account_id: of the account that is meant by it, by which its devices are known.
            None where there is no such account.
        environ: the request's, as WSGI gives it.
        cookies: of the request.
    """
    note_proxy(environ)
    # Databases compare addresses in capitals, where ı and i are one letter.
    name = typed[:254].upper().casefold()
    device = known_device(username, account_id, cookies)
    return SignInAttempt(name, network_of(environ), device)


def _each(limits: Iterable[RateLimitItem], *key: str) -> Iterable[Counted]:
    return ((limit, key) for limit in limits)


def _seconds(limiter: RateLimiter, keys: Iterable[Counted]) -> int:
    """Return the seconds until the last of the exhausted limits is free again."""
    full = [
        stats
        for limit, key in keys
        if not (stats := limiter.get_window_stats(limit, _SPACE, *key)).remaining
    ]
    return max([1, *(round(stats.reset_time - time.time()) for stats in full)])
