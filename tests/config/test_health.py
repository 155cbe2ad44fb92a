"""What a balancer and a watchdog are told."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

NOBODY = "redis://127.0.0.1:9/0"


def test_a_host_that_reaches_everything_is_ready(client: Client, db: None) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (200, "ok", True)
    assert answer.json().get("redis", True) is True


def test_nothing_is_said_of_a_redis_that_there_is_not(client: Client, db: None, settings: Settings) -> None:
    settings.REDIS_URL = ""

    assert client.get("/readyz").json() == {"status": "ok", "database": True}


def test_a_host_without_redis_still_serves_its_pages(client: Client, db: None, settings: Settings) -> None:
    """People must be able to unsubscribe."""
    settings.REDIS_URL = NOBODY
    settings.CACHES = {"default": {"BACKEND": "config.redis_cache.RedisCache", "LOCATION": NOBODY}}

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "database": True, "redis": False})


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_takes_no_post(client: Client, db: None, path: str) -> None:
    assert client.post(path).status_code == 405
