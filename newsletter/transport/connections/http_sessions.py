"""Sessions of requests for providers' APIs.

An answer has one time limit as a whole, and the environment is read once.
"""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from newsletter.core.outbound.timed_response import TimedResponse


def fit(session: requests.Session, url: str) -> None:
    """Make `session` fit for many calls to `url`."""
    adapter = _Adapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # requests would look these up for each call: proxies, certificates and .netrc, which is none
    # of ours.
    environment = session.merge_environment_settings(
        url, get_environ_proxies(url), None, None, None
    )
    session.proxies, session.verify = environment["proxies"], environment["verify"]
    session.trust_env = False


class _Plain(HTTPConnection):
    response_class = TimedResponse


class _Secure(HTTPSConnection):
    response_class = TimedResponse


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS: dict[str, type] = {"http": _PlainPool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
