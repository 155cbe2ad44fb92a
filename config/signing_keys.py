"""Keys by which providers sign what they report: `mailgun=KEY,resend=whsec_KEY`."""

import re

EXAMPLE = "mailgun=0123456789abcdef0123456789abcdef"

_SHAPES = {"mailgun": "KEY", "resend": "whsec_KEY", "ses": "ARN-OF-THE-TOPIC"}
_KEYS = {
    "mailgun": re.compile(r"[!-~]{16,}"),
    "resend": re.compile(r"whsec_(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
    "ses": re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d+:[\w.-]+", re.ASCII),
}


class SigningKeyError(ValueError):
    """Keys that can't be used. The message never repeats one; `example` shows a good entry."""

    example = EXAMPLE


def parse_signing_keys(value: str) -> dict[str, str]:
    """Read `provider=key` entries with commas or spaces between them.

    Raises:
        SigningKeyError: a provider that doesn't sign, a key that can't be one, or two for one
            provider.
    """
    keys: dict[str, str] = {}
    for entry in value.replace(",", " ").split():
        provider, _, key = entry.partition("=")
        if provider not in _KEYS or not _KEYS[provider].fullmatch(key):
            raise SigningKeyError(
                f"an entry is none of "
                f"{', '.join(f'{name}={shape}' for name, shape in _SHAPES.items())}"
            )
        if provider in keys:
            raise SigningKeyError(f"{provider} has two keys; keep one")
        keys[provider] = key
    return keys
