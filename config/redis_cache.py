"""Django's cache in Redis, asked through the circuit breaker: pages work without it."""

from typing import Any

from django.core.cache.backends import redis

from newsletter.core.redis_address import redis_address
from newsletter.core.redis_circuit import CircuitRedis


class _Client(redis.RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._pool = redis_address(servers[0]).pool(**options)

    def get_client(self, key: Any = None, *, write: bool = False) -> CircuitRedis:
        return CircuitRedis(connection_pool=self._pool)


class RedisCache(redis.RedisCache):
    """A cache that raises redis.RedisError at once while Redis is left alone."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__([server], params)  # Django would cut a string at its commas
        self._class = _Client
