"""The proxy's entrance: the loopback address at which the proxies of `deploy/` call.

Linux has all of 127.0.0.0/8, macOS and the BSDs have 127.0.0.1 alone.
"""

import sys
from collections.abc import Iterable

PROXY_ENTRANCE = "127.0.0.80"
"""The proxies of `deploy/` call here, and nothing else does. They name their client in a header
that they set. Any other proxy calls 127.0.0.1 and passes on what its client wrote, so no header can
tell the two apart.
"""


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
