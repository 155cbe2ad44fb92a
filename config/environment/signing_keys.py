"""Keys: ours, which must be long enough, and those by which providers sign their reports.

Ours are SECRET_KEY, LINK_KEYS and WEBHOOK_SECRET. WEBHOOK_SIGNING_KEYS has those of providers, such
as `mailgun=KEY,resend=whsec_KEY`.
"""

import secrets

from config.environment.setting_readers import words
from config.environment.unusable_value import UnusableValue
from newsletter.transport.providers.parts.webhook import Signature
from newsletter.transport.providers.registry import PROVIDERS

MINIMUM_KEY_LENGTH = 32
"""Characters of a key of ours: 32 random ones carry well over 128 bits."""


class SigningKeyError(UnusableValue):
    """Keys that can't be used. The message never repeats one."""


def parse_own_key(value: str) -> str:
    """Take a key of ours that is long enough.

    The example in a complaint is a good key itself, new each time.
    """
    if len(value) < MINIMUM_KEY_LENGTH:
        raise UnusableValue(
            f"it is shorter than {MINIMUM_KEY_LENGTH} characters", example=secrets.token_urlsafe(48)
        )
    return value


def parse_own_keys(value: str) -> list[str]:
    """Read keys of ours with commas or spaces between them."""
    return [parse_own_key(key) for key in words(value)]


def parse_signing_keys(value: str) -> dict[str, str]:
    """Read `provider=key` entries with commas or spaces between them.

    Raises:
        SigningKeyError: a provider that doesn't sign, a key that can't be one, or two for one
            provider.
    """
    keys, signing = dict[str, str](), _signing()
    for entry in words(value):
        provider, _, key = entry.partition("=")
        if provider not in signing or not signing[provider].key.fullmatch(key):
            shapes = (f"{name}={known.key_shape}" for name, known in signing.items())
            raise SigningKeyError(f"an entry is not one of {', '.join(shapes)}")
        if provider in keys:
            raise SigningKeyError(f"{provider} has two keys; keep one")
        keys[provider] = key
    return keys


def _signing() -> dict[str, Signature]:
    """Return how each provider signs, of those that do."""
    return {
        key: provider.webhook.signature
        for key, provider in PROVIDERS.items()
        if provider.webhook is not None and provider.webhook.signature is not None
    }
