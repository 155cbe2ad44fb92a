"""Sending again under the same key.

A provider that knows the key makes no second copy of a message that it may have had already.
"""

import hashlib
import hmac
import uuid
from datetime import timedelta

from django.conf import settings

from newsletter.core.tokens import LASTING
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.parts.provider import Capabilities
from newsletter.transport.providers.registry import capabilities_of, recipients_of_a_call

_KEYS = uuid.UUID("5d0ad1f6-5c0e-4a5c-9b3a-6f2f0c1a7e44")
"""The namespace of keys that must be UUIDs (RFC 9562 section 5.5). It never changes: the key of a
message is made anew each time."""


def window_of(mailer: str) -> timedelta | None:
    """Return how long `mailer` may be given a message again without making a second copy.

    The message must have the same key and the same bytes.

    Args:
        mailer: the name that results keep. One that is configured no more has no window.

    Returns:
        The time since the first attempt; None where a second copy can't be ruled out, as where
        recipients share a call (`batch=`): a key is for the call as a whole, and who shared one is
        not kept.
    """
    windows = [
        _window(known) for known in settings.MAILER_SETTINGS.values() if known.name == mailer
    ]
    return (
        min((window for window in windows if window is not None), default=None)
        if None not in windows
        else None
    )


def _window(mailer: MailerSettings) -> timedelta | None:
    key = capabilities_of(mailer.provider).idempotency
    return key.window if key is not None and recipients_of_a_call(mailer) == 1 else None


def key_header(ref: str, capabilities: Capabilities) -> dict[str, str]:
    """Return the header with the key of a message; empty where the provider knows no keys.

    The key stays the same for ever, whatever is put in front of LINK_KEYS, and differs from those
    of another installation that shares the account.

    Args:
        ref: the token that the message is known by.
    """
    kind = capabilities.idempotency
    if kind is None:
        return {}
    # As with digests of addresses: the last of LINK_KEYS is never taken away.
    secret = b"convene idempotency key\0" + settings.LINK_KEYS[-1].encode()
    key = hmac.new(secret, ref[:LASTING].encode(), hashlib.sha256).hexdigest()
    return {kind.header: str(uuid.uuid5(_KEYS, key)) if kind.is_uuid else key}
