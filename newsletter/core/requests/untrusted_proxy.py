"""Detection of a proxy that isn't trusted, so that all of its clients are counted as one.

Pages note it, and `doctor` reports it. The note is a file of this host, because what pages see is
no matter of the database, and Redis may be missing.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from newsletter.core.requests.believed_proxies import LOOPBACK, is_believed
from newsletter.core.requests.ip_address import Address, parse_ip

SIGNS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
"""Headers that proxies add."""
KEPT_FOR = 10.0
"""Seconds for which a process doesn't note the same again."""
_kept = ("", "", -KEPT_FOR)
"""The folder and the text that this process noted last, and when."""


@dataclass(frozen=True, slots=True)
class UntrustedProxy:
    """The untrusted proxy that was seen last.

    Args:
        peer: its address, which is on this host or in a private network.
        is_certain: it can be nothing else. Somebody in a private network may also write such
            headers themselves.
    """

    peer: str
    is_certain: bool


def note_proxy(environ: Mapping[str, Any]) -> None:
    """Note the proxy that a form or a sign-in came through, or that a trusted one was used.

    Never fails.
    """
    peer = parse_ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None:
        return
    with suppress(OSError, ValueError):
        if _is_not_believed(peer, environ):
            _keep(str(peer))
        elif is_believed(environ):
            _keep("")


def _keep(text: str) -> None:
    """Note `text`, unless this process has just done so: a flood of forms says the same."""
    global _kept
    now = time.monotonic()
    said = (str(settings.VAR_DIR), text)
    if _kept[:2] == said and now - _kept[2] < KEPT_FOR:
        return
    if not text:
        _note().unlink(missing_ok=True)
    elif _read() != text:
        _note().write_text(text, encoding="ascii")
    _kept = (*said, now)


def untrusted_proxy() -> UntrustedProxy | None:
    """Return the untrusted proxy, if the last proxy that was seen is one."""
    peer = parse_ip(_read())
    return None if peer is None else UntrustedProxy(str(peer), _is_local(peer))


def _is_not_believed(peer: Address, environ: Mapping[str, Any]) -> bool:
    if is_believed(environ):
        return not environ.get("HTTP_X_FORWARDED_FOR")
    if not peer.is_private:
        return False  # a client, or a client's own proxy
    says_so = any(environ.get(name) for name in SIGNS)
    # A person at this host asks for localhost. A request from here for the public name was passed
    # on by a proxy.
    return says_so or (_is_local(peer) and _asks_for_the_site(environ))


def _asks_for_the_site(environ: Mapping[str, Any]) -> bool:
    site = urlsplit(settings.SITE_URL).hostname or ""
    host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
    return host == site and site != "localhost" and parse_ip(site) is None


def _is_local(peer: Address) -> bool:
    return any(peer in network for network in LOOPBACK)


def _note() -> Path:
    return Path(settings.VAR_DIR) / "untrusted-proxy"


def _read() -> str:
    try:
        return _note().read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
