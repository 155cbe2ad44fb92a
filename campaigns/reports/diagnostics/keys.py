"""Check of LINK_KEYS: opt-outs must be found under the present keys."""

import hashlib

from django.conf import settings

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber


def keys() -> Found:
    """Check that opt-outs are found under the present keys."""
    number = len(settings.LINK_KEYS)
    kept = "1 link key" if number == 1 else f"{number} link keys; the first signs"
    yield (
        Level.FINE,
        f"{kept}. Fingerprint of the last one: {digest_key_fingerprint()}. It must stay the same, "
        f"on all hosts.",
    )
    newest = Subscriber.objects.order_by("-pk").only("email", "digest").first()
    if newest and newest.digest != address_digest(newest.email):
        yield (
            Level.MEND,
            "The last of LINK_KEYS is not the one that subscribers were stored with: opt-outs "
            "would not be found, and old links would not work. Add the former key at the end.",
        )


def digest_key_fingerprint() -> str:
    """Return twelve hex digits that identify the key of address digests.

    Two hosts, or a restored copy, share the key if their fingerprints are the same.
    """
    return hashlib.sha256(
        f"doctor {address_digest('fingerprint@convene.example')}".encode()
    ).hexdigest()[:12]
