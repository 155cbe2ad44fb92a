"""Django's cache in Redis, asked through the circuit breaker: pages work without it."""

from typing import Any

from django.core.cache.backends import redis

from newsletter.core.redis_circuit import CircuitRedis


class _Client(redis.RedisCacheClient):
    def get_client(self, key: Any = None, *, write: bool = False) -> CircuitRedis:
        return CircuitRedis(connection_pool=super().get_client(key, write=write).connection_pool)


class RedisCache(redis.RedisCache):
    """A cache that raises redis.RedisError at once while Redis is left alone."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
