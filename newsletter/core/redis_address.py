"""REDIS_URL, read: one server with TLS or without, or the sentinels that know which one it is.

    redis://user:password@host:6379/0
    rediss://…                                    with TLS
    redis+sentinel://user:password@a:26379,b:26379,c:26379/0?master=convene
    rediss+sentinel://…                           with TLS, to the sentinels too

Options after it are `ssl_ca_certs`, `ssl_certfile` and `ssl_keyfile` with TLS; with sentinels
`master`, which is the name that they have for the server, and `sentinel_password`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import redis
from redis.sentinel import Sentinel, SentinelConnectionPool

PORT, SENTINEL_PORT = 6379, 26379
TLS_OPTIONS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
SENTINEL_OPTIONS = ("master", "sentinel_password")
SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel")


class BadRedisUrl(ValueError):
    """A URL that names no Redis. The message never repeats it: it holds a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """A Redis server, or the sentinels that know it.

    Args:
        hosts: with their ports; more than one only of sentinels.
        master: the name that sentinels have for the server; empty where there are none.
        tls: options of the connection; None without TLS.
    """

    hosts: tuple[tuple[str, int], ...]
    db: int = 0
    username: str = ""
    password: str = field(default="", repr=False)
    master: str = ""
    sentinel_password: str = field(default="", repr=False)
    tls: Mapping[str, Any] | None = None

    def pool(self, **options: Any) -> redis.ConnectionPool:
        """Return a pool of connections, each made when it is first needed.

        With sentinels each connection asks them which server it is.
        """
        own = {
            **options,
            "db": self.db,
            "username": self.username or None,
            "password": self.password or None,
        }
        if self.master:
            return SentinelConnectionPool(
                self.master, self.sentinels(**options), ssl=self.tls is not None, **self._tls, **own
            )  # type: ignore[no-untyped-call] # of redis-py
        [(host, port)] = self.hosts
        connection = redis.Connection if self.tls is None else redis.SSLConnection
        return redis.ConnectionPool(
            connection_class=connection, host=host, port=port, **self._tls, **own
        )

    def client(self, **options: Any) -> redis.Redis:
        """Return a client with a pool of its own."""
        return redis.Redis.from_pool(self.pool(**options))

    def sentinels(self, **options: Any) -> Sentinel:
        """Return a client of the sentinels."""
        return Sentinel(list(self.hosts), sentinel_kwargs={**options, **self.sentinel_options})  # type: ignore[no-untyped-call] # of redis-py

    @property
    def sentinel_options(self) -> dict[str, Any]:
        """The options of a connection to a sentinel."""
        password = {"password": self.sentinel_password} if self.sentinel_password else {}
        return {**password, "ssl": self.tls is not None, **self._tls}

    @property
    def broker_url(self) -> str:
        """The URL as kombu reads it: with sentinels one of each, all with what the server wants."""
        scheme = "sentinel" if self.master else "redis"
        user = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@"
        login = user if self.username or self.password else ""
        return ";".join(f"{scheme}://{login}{_named(*host)}/{self.db}" for host in self.hosts)

    @property
    def _tls(self) -> Mapping[str, Any]:
        return self.tls or {}


def parse_redis_url(url: str) -> RedisAddress:
    """Read REDIS_URL.

    Raises:
        BadRedisUrl: with what is wrong.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES or not rest:
        raise BadRedisUrl(f"it is not a Redis URL ({', '.join(SCHEMES)}:// and a host)")
    # By hand, because urlsplit takes one host alone.
    before, _, query = rest.partition("?")
    place, _, path = before.partition("/")
    login, _, names = place.rpartition("@")
    username, _, password = login.partition(":")
    has_sentinels, has_tls = scheme.endswith("+sentinel"), scheme.startswith("rediss")
    hosts = tuple(_host(name, SENTINEL_PORT if has_sentinels else PORT) for name in _split(names))
    if not hosts:
        raise BadRedisUrl(f"it names no host ({scheme}:// and a host)")
    if len(hosts) > 1 and not has_sentinels:
        raise BadRedisUrl("only sentinels can be several (redis+sentinel://)")
    database = path.strip("/")
    if database and not database.isdigit():
        raise BadRedisUrl("only a database number may follow the host")
    options = _options(query, has_tls=has_tls, has_sentinels=has_sentinels)
    files = {name: options[name] for name in TLS_OPTIONS if name in options}
    return RedisAddress(
        hosts=hosts,
        db=int(database or 0),
        username=unquote(username),
        password=unquote(password),
        master=options.get("master", ""),
        sentinel_password=options.get("sentinel_password", ""),
        tls={"ssl_cert_reqs": "required", **files} if has_tls else None,
    )


@cache
def redis_address(url: str) -> RedisAddress:
    """Return what `parse_redis_url` reads."""
    return parse_redis_url(url)


def _options(query: str, *, has_tls: bool, has_sentinels: bool) -> dict[str, str]:
    options = dict(parse_qsl(query))
    known = (*(TLS_OPTIONS if has_tls else ()), *(SENTINEL_OPTIONS if has_sentinels else ()))
    for name in options:
        if name not in known:
            raise BadRedisUrl(f"{name!r} is not one of its options ({', '.join(known) or 'none'})")
    if has_sentinels and not options.get("master"):
        raise BadRedisUrl("it lacks the name that sentinels have for the server (?master=NAME)")
    return options


def _split(names: str) -> list[str]:
    return [name for name in names.split(",") if name]


def _host(name: str, port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{name}")
        host, own = parts.hostname, parts.port
    except ValueError:
        host, own = None, None
    if not host or own == 0:
        raise BadRedisUrl("its host or port can't be read")
    return host, own or port


def _named(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
