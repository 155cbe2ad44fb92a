"""REDIS_URL: one server, with TLS or without, or the sentinels that know which one it is."""

import pytest
import redis
from redis.sentinel import SentinelConnectionPool

from newsletter.core.redis_address import BadRedisUrl, parse_redis_url


def test_a_server_has_host_port_database_and_login() -> None:
    address = parse_redis_url("redis://con%40vene:p%2Fw%2C@redis.example.org:6380/3")
    assert address.hosts == (("redis.example.org", 6380),)
    assert (address.username, address.password, address.db) == ("con@vene", "p/w,", 3)
    assert address.broker_url == "redis://con%40vene:p%2Fw%2C@redis.example.org:6380/3"
    assert address.tls is None


def test_tls_checks_the_certificate_wherever_redis_is_asked() -> None:
    address = parse_redis_url("rediss://:pw@redis.example.org?ssl_ca_certs=/etc/ssl/own.pem")
    assert address.hosts == (("redis.example.org", 6379),)
    assert address.tls == {"ssl_cert_reqs": "required", "ssl_ca_certs": "/etc/ssl/own.pem"}
    assert address.pool().connection_class is redis.SSLConnection
    assert address.pool().connection_kwargs["ssl_cert_reqs"] == "required"


def test_sentinels_are_named_with_the_server_that_they_know() -> None:
    address = parse_redis_url(
        "redis+sentinel://:pw@a.example.org:26380,b.example.org,[::1]:7/1"
        "?master=convene&sentinel_password=other"
    )
    assert address.hosts == (("a.example.org", 26380), ("b.example.org", 26379), ("::1", 7))
    assert address.broker_url == (
        "sentinel://:pw@a.example.org:26380/1;sentinel://:pw@b.example.org:26379/1;"
        "sentinel://:pw@[::1]:7/1"
    )
    pool = address.pool(socket_timeout=1.0)
    assert isinstance(pool, SentinelConnectionPool)
    assert pool.connection_kwargs["password"] == "pw"
    assert address.sentinel_options == {"password": "other", "ssl": False}


def test_sentinels_with_tls_are_asked_with_tls() -> None:
    address = parse_redis_url("rediss+sentinel://a,b/0?master=convene&ssl_ca_certs=/own.pem")
    assert address.sentinel_options["ssl"] is True
    assert address.sentinel_options["ssl_ca_certs"] == "/own.pem"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://:hush@127.0.0.1", "is not a Redis URL"),
        ("redis://", "is not a Redis URL"),
        ("redis:///0", "names no host"),
        ("redis://:hush@127.0.0.1:6379/main", "database number"),
        ("redis://:hush@a,b/0", "only sentinels can be several"),
        ("redis://:hush@127.0.0.1:port/0", "can't be read"),
        ("redis://:hush@127.0.0.1:0/0", "can't be read"),
        ("redis://:hush@[::1/0", "can't be read"),
        ("redis://:hush@127.0.0.1?ssl_ca_certs=/a", "is not one of its options"),
        ("rediss://:hush@127.0.0.1?ssl_cert_reqs=none", "is not one of its options"),
        ("redis+sentinel://:hush@a,b/0", "?master=NAME"),
        ("redis+sentinel://:hush@a,b/0?master=", "?master=NAME"),
        ("redis+sentinel://:hush@/0?master=convene", "names no host"),
    ],
)
def test_what_names_no_redis_is_told_without_the_password(url: str, said: str) -> None:
    with pytest.raises(BadRedisUrl, match=said.replace("?", r"\?")) as told:
        parse_redis_url(url)
    assert "hush" not in str(told.value)


def test_a_password_is_in_no_representation() -> None:
    address = parse_redis_url("redis+sentinel://:hush@a/0?master=m&sentinel_password=hush")
    assert "hush" not in repr(address)
