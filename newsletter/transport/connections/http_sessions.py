"""Sessions of requests, for providers' APIs: an answer has one time limit as a whole, and the environment is read once.

The read timeout of requests begins anew with every byte, so that an answer which drips could hold
up a batch beyond its lease.
"""

import http.client
import io
import socket
import time
from typing import Any

import requests
from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

TO_READ_WHAT_CAME = 1.0
"""Seconds, past its time limit, for the part of an answer that lies here already."""


def fit(session: requests.Session, url: str) -> None:
    """Make `session` fit for many calls to `url`."""
    adapter = _Adapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # What requests would look up for each call: proxies, certificates and .netrc, which is none of
    # ours.
    environment = session.merge_environment_settings(
        url, get_environ_proxies(url), None, None, None
    )
    session.proxies, session.verify = environment["proxies"], environment["verify"]
    session.trust_env = False


def fit_client(client: Any) -> None:
    """Make the answers to a client of boto3 keep to the time limit, too.

    Botocore has no door for that: these are the attributes in which it keeps its pools.
    """
    client._endpoint.http_session._manager.pool_classes_by_scheme = _AWS_POOLS


class _UntilDeadline(io.RawIOBase):
    """What comes from a socket, until its timeout has passed as a whole."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw, self._connection = raw, connection
        seconds = connection.gettimeout()
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._overdue_until: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        if self._deadline is not None:
            self._connection.settimeout(self._left(self._deadline))
        return self._raw.readinto(buffer)

    def _left(self, deadline: float) -> float:
        """Seconds to wait for what comes next.

        Whoever stood still past the deadline reads what has come meanwhile, and waits no more.
        """
        now = time.monotonic()
        if now < deadline:
            return deadline - now
        if self._overdue_until is None:
            self._overdue_until = now + TO_READ_WHAT_CAME
        if now > self._overdue_until:
            raise TimeoutError("The answer took too long as a whole.")
        return 0.001

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_UntilDeadline(self.fp.detach(), sock))


class _Plain(HTTPConnection):
    response_class = _Response


class _Secure(HTTPSConnection):
    response_class = _Response


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS: dict[str, type] = {"http": _PlainPool, "https": _SecurePool}


class _AwsPlain(AWSHTTPConnection):  # type: ignore[misc] # botocore has no types
    response_class = _Response


class _AwsSecure(AWSHTTPSConnection):  # type: ignore[misc] # the same
    response_class = _Response


class _AwsPlainPool(AWSHTTPConnectionPool):  # type: ignore[misc] # the same
    ConnectionCls = _AwsPlain


class _AwsSecurePool(AWSHTTPSConnectionPool):  # type: ignore[misc] # the same
    ConnectionCls = _AwsSecure


_AWS_POOLS = {"http": _AwsPlainPool, "https": _AwsSecurePool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
