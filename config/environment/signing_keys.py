"""Keys by which providers sign their reports: `mailgun=KEY,resend=whsec_KEY`."""

from config.environment.unusable_value import UnusableValue
from newsletter.transport.providers.parts.webhook import Signature
from newsletter.transport.providers.registry import PROVIDERS


class SigningKeyError(UnusableValue):
    """Keys that can't be used. The message never repeats one."""


def parse_signing_keys(value: str) -> dict[str, str]:
    """Read `provider=key` entries with commas or spaces between them.

    Raises:
        SigningKeyError: a provider that doesn't sign, a key that can't be one, or two for one
            provider.
    """
    keys, signing = dict[str, str](), _signing()
    for entry in value.replace(",", " ").split():
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
