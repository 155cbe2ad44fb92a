"""How often a password may be guessed: more slowly after a few, and never so that its owner is shut out by others.

Guesses are counted by account and network together, so whoever guesses makes only themselves wait.
Nothing here looks an account up: one that doesn't exist is counted, and answered, in the same way
and time.
"""

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import salted_hmac
from limits import RateLimitItem, parse
from limits.strategies import RateLimiter

from newsletter.core.network import network_of
from newsletter.core.rate_limits import count
from newsletter.core.untrusted_proxy import note_proxy

PER_NAME_AND_NETWORK = (parse("5/minute"), parse("20/hour"))
PER_NETWORK = (parse("30/15 minutes"),)
"""Wrong ones, whatever the account: else a network could try each account in turn."""
PER_NAME = parse("100/hour")
"""Wrong ones from all networks together. Above it the account is being guessed at by many, and each
of them gets fewer."""
PER_NAME_AND_NETWORK_UNDER_ATTACK = (parse("2/15 minutes"),)
PER_DEVICE = (parse("10/15 minutes"),)
"""From a device where this account has signed in before. What others do doesn't count there."""
REMEMBER_DEVICE = timedelta(days=400)
"""Browsers keep no cookie for longer (RFC 6265bis section 5.5)."""

_SPACE = "staff sign-in"
_SALT = "staff device"

type Counted = tuple[RateLimitItem, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Guess:
    """One attempt to sign in."""

    name: str
    network: str
    device: str
    """The known device's number; empty for one that hasn't signed in to this account before."""

    def wait(self) -> int:
        """Count the attempt.

        Returns the seconds until it may be made again; 0 if it may be made now.
        """
        return count(self._wait)

    def was_wrong(self) -> None:
        """Count it as a wrong one."""
        keys = [*_each(PER_NETWORK, "network", self.network), (PER_NAME, ("name", self.name))]
        count(lambda limiter: [limiter.hit(limit, _SPACE, *key) for limit, key in keys])

    def was_right(self) -> None:
        """Forget the attempts before."""
        count(self._forget)

    def _forget(self, limiter: RateLimiter) -> None:
        for limit, key in self._own(limiter):
            limiter.clear(limit, _SPACE, *key)

    def _wait(self, limiter: RateLimiter) -> int:
        keys = self._own(limiter)
        if not self.device:
            networks = list(_each(PER_NETWORK, "network", self.network))
            if not all(limiter.test(limit, _SPACE, *key) for limit, key in networks):
                return _seconds(limiter, networks)
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


def guess_at(username: str, *, environ: Mapping[str, Any], cookies: Mapping[str, str]) -> Guess:
    """The attempt that a request makes.

    Args:
        username: as typed.
        environ: the request's, as WSGI gives it.
        cookies: of the request.
    """
    note_proxy(environ)
    name = username[:150].casefold()
    return Guess(name, network_of(environ), _known_device(name, cookies))


def device_cookie(username: str) -> tuple[str, str]:
    """Name and value of the cookie by which a device is known that has signed in to this account."""
    name = username.casefold()
    return _cookie_name(name), TimestampSigner(salt=_SALT).sign(
        f"{_digest(name)}-{secrets.token_hex(8)}"
    )


def _known_device(name: str, cookies: Mapping[str, str]) -> str:
    try:
        value = TimestampSigner(salt=_SALT).unsign(
            cookies.get(_cookie_name(name), ""), max_age=REMEMBER_DEVICE
        )
    except BadSignature:
        return ""
    digest, _, device = value.partition("-")
    return device if digest == _digest(name) else ""


def _cookie_name(name: str) -> str:
    return f"device-{_digest(name)[:12]}"


def _digest(name: str) -> str:
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()


def _each(limits: Iterable[RateLimitItem], *key: str) -> Iterable[Counted]:
    return ((limit, key) for limit in limits)


def _seconds(limiter: RateLimiter, keys: Iterable[Counted]) -> int:
    """Until the last of those that are used up is free again."""
    full = [
        stats
        for limit, key in keys
        if not (stats := limiter.get_window_stats(limit, _SPACE, *key)).remaining
    ]
    return max([1, *(round(stats.reset_time - time.time()) for stats in full)])
