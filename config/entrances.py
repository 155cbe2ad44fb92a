"""Loopback addresses that web processes listen at.

Linux has all of 127.0.0.0/8, macOS and the BSDs have 127.0.0.1 alone.
"""

import sys
from collections.abc import Iterable

from newsletter.core.requests.client_address import PROXY_ENTRANCE


def has_entrance(platform: str = sys.platform) -> bool:
    """Return whether this machine has the proxy's entrance.

    Args:
        platform: as Python names it.
    """
    return platform == "linux"


def without_missing_entrance(binds: Iterable[str], *, platform: str = sys.platform) -> list[str]:
    """Return where gunicorn is to listen.

    That is all of `binds`, without the proxy's entrance on a machine that doesn't have it.

    Args:
        binds: `address:port`, as gunicorn takes them.
        platform: as Python names it.
    """
    return [
        bind
        for bind in binds
        if has_entrance(platform) or not bind.startswith(f"{PROXY_ENTRANCE}:")
    ]
