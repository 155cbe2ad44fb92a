"""The certificates with which Amazon SNS signs.

They are fetched from Amazon alone, and remembered for a day.
"""

import logging
import re
from urllib.parse import urlsplit

import requests
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

TIMEOUT = (3, 5)
"""Seconds to connect, and for the answer."""
REMEMBERED = 24 * 3600
"""Seconds. Amazon changes certificates by changing their address."""
LARGEST = 20_000
"""Bytes of one in PEM."""

# docs.aws.amazon.com, "Verifying the signatures of Amazon SNS messages": the address must be
# Amazon's own, or anybody could sign.
_HOST = re.compile(r"sns\.[a-z0-9-]{5,30}\.amazonaws\.com(\.cn)?")
_of_this_process: dict[str, bytes] = {}


def is_amazons(url: str) -> bool:
    """Return whether `url` is where SNS keeps its certificates."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = (
        parts.username is None
        and parts.password is None
        and port in (None, 443)
        and not parts.query
    )
    return (
        plain
        and parts.scheme == "https"
        and bool(_HOST.fullmatch(parts.hostname or ""))
        and parts.path.endswith(".pem")
    )


def known_certificate(url: str) -> bytes | None:
    """Return the certificate at `url` in PEM, without opening a connection.

    Returns:
        The certificate; None where it hasn't been fetched.
    """
    if url not in _of_this_process:
        try:
            found = cache.get(_key(url))
        except (RedisError, OSError):
            return None
        if not isinstance(found, bytes):
            return None
        _of_this_process[url] = found
    return _of_this_process[url]


def fetch_certificate(url: str) -> bool:
    """Fetch the certificate at `url`, which `is_amazons` has looked at.

    Returns:
        Whether it is known now; False where it must be tried later.
    """
    try:
        # TLS says that it is Amazon who answers, so a redirect to somebody else must not be
        # followed.
        with requests.get(url, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
            pem = (
                answer.raw.read(LARGEST, decode_content=True) if answer.status_code == 200 else b""
            )
    except (requests.RequestException, OSError) as error:
        logger.warning(
            "A certificate of Amazon SNS can't be fetched (%s); once more later",
            type(error).__name__,
        )
        return False
    if not pem.startswith(b"-----BEGIN CERTIFICATE-----"):
        logger.warning("Amazon SNS answered with no certificate; once more later")
        return False
    remember_certificate(url, pem)
    return True


def remember_certificate(url: str, pem: bytes) -> None:
    """Keep a certificate, for other processes too where they share a cache."""
    _of_this_process[url] = pem
    try:
        cache.set(_key(url), pem, REMEMBERED)
    except (RedisError, OSError):
        logger.info("A certificate of Amazon SNS is remembered by this process alone")


def _key(url: str) -> str:
    return f"sns-certificate:{url}"
