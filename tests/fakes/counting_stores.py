"""Where counts and used names are kept: in Redis, or in a process without one.

Tests import both fixtures, and run once with each store: both must keep the same promises.
"""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.own_redis import OwnRedis, own_redis


@pytest.fixture(scope="module")
def redis() -> Iterator[OwnRedis]:
    with own_redis() as server:
        yield server


@pytest.fixture(params=["process", "Redis"])
def store(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.REDIS_URL = ""
    if request.param == "Redis":
        server: OwnRedis = request.getfixturevalue("redis")
        settings.REDIS_URL = server.url
        with server.client() as client:
            client.flushdb()
    return str(request.param)
