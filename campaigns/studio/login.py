"""Signing in: unfold's form, and a limit on guesses."""

from typing import Any

from django.core.exceptions import ValidationError
from limits import RateLimitItem, parse
from unfold.forms import AuthenticationForm

from subscribers.consent.limits import count
from subscribers.consent.network import network_of

PER_NAME = parse("8/15 minutes")
"""Failed guesses at one account, wherever they come from."""
PER_NETWORK = parse("30/15 minutes")
"""Failed guesses from one network, whatever the account."""

type Key = tuple[RateLimitItem, str, str]


class LoginForm(AuthenticationForm):  # type: ignore[misc] # unfold ships no types
    """Says the same whether an account exists, is inactive or the password is wrong; and, after too many, to wait."""

    error_messages = {
        "invalid_login": "That name and password don’t go together. Both tell capital letters from small ones.",
        "inactive": "That name and password don’t go together. Both tell capital letters from small ones.",
        "too_many": "Too many attempts. Wait a quarter of an hour, then try again.",
    }

    def clean(self) -> dict[str, Any]:
        keys = self._keys()
        if not _allowed(keys):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            _count(keys)
            raise
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")

    def _keys(self) -> list[Key]:
        facts = self.request.META if self.request else {}
        network = network_of(facts)
        name = str(self.cleaned_data.get("username", ""))[:150].casefold()
        return [(PER_NAME, "name", name), (PER_NETWORK, "network", network)]


def _allowed(keys: list[Key]) -> bool:
    return count(lambda limiter: all(limiter.test(limit, "staff sign-in", *key) for limit, *key in keys))


def _count(keys: list[Key]) -> None:
    count(lambda limiter: [limiter.hit(limit, "staff sign-in", *key) for limit, *key in keys])
