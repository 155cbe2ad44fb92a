"""Limits on guessing codes, once the password is known to whoever guesses.

With clocks that may differ by two minutes, nine of a million codes are right at any moment. So
codes are limited by account, for all devices together that have never signed in to it.
"""

import time
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.strategies import RateLimiter

from newsletter.core.requests.rate_limits import count
from staff.sign_in.known_device import known_device
from staff.sign_in.password_limits import REFUSALS_TOLD

PER_NEW_DEVICES = (parse("5/minute"), parse("20/hour"), parse("60/day"))
"""Wrong codes for one account from devices that are new to it: 60 a day are right once in 5 years.
"""
PER_DEVICE = (parse("10/15 minutes"),)
"""Wrong codes from a device that has signed in to the account before. Others' don't count there."""
FAILURES_TOLD = parse("10/15 minutes")
"""Wrong passkeys of one account that are recorded."""
_SPACE = "staff second factor"


@dataclass(frozen=True, slots=True)
class CodeAttempt:
    """One attempt to enter a code."""

    name: str
    device: str

    def seconds_to_wait(self) -> int:
        """Count the attempt, and return the seconds until it may be made; 0 allows it now."""
        return count(self._seconds_to_wait)

    def succeeded(self) -> None:
        """Forget the attempts before."""
        count(self._forget)

    def _forget(self, limiter: RateLimiter) -> None:
        for limit in self._limits:
            limiter.clear(limit, _SPACE, *self._key)

    def is_first_refusal(self) -> bool:
        """Count that the attempt was refused, and return whether that is news."""
        key = ("refused", *self._key)
        return count(lambda limiter: limiter.hit(REFUSALS_TOLD, _SPACE, *key))

    def is_failure_told(self) -> bool:
        """Count that a passkey was wrong, and return whether the audit log is to have it."""
        key = ("passkey", *self._key)
        return count(lambda limiter: limiter.hit(FAILURES_TOLD, _SPACE, *key))

    @property
    def _limits(self) -> tuple[RateLimitItem, ...]:
        return PER_DEVICE if self.device else PER_NEW_DEVICES

    @property
    def _key(self) -> tuple[str, str]:
        return self.name, self.device

    def _seconds_to_wait(self, limiter: RateLimiter) -> int:
        full = [limit for limit in self._limits if not limiter.test(limit, _SPACE, *self._key)]
        # Of requests that come at once, more may have got here than there is room for.
        full = full or [each for each in self._limits if not limiter.hit(each, _SPACE, *self._key)]
        stats = [limiter.get_window_stats(limit, _SPACE, *self._key) for limit in full]
        return max([max(1, round(each.reset_time - time.time())) for each in stats], default=0)


def code_attempt(request: HttpRequest, account: User) -> CodeAttempt:
    """Describe the attempt that a request makes."""
    username = account.get_username()
    device = known_device(username, account.pk, request.COOKIES)
    return CodeAttempt(username.casefold(), device)
