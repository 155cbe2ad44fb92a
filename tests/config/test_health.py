"""Answers to a balancer and a watchdog."""

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

NOBODY = "redis://127.0.0.1:9/0"


def test_a_host_that_reaches_everything_is_ready(client: Client, db: None) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (
        200,
        "ok",
        True,
    )
    assert answer.json().get("redis", True) is True


def test_nothing_is_said_of_a_redis_that_there_is_not(
    client: Client, db: None, settings: Settings
) -> None:
    settings.REDIS_URL = ""

    assert client.get("/readyz").json() == {"status": "ok", "database": True}


def test_a_host_without_redis_still_serves_its_pages(
    client: Client, db: None, settings: Settings
) -> None:
    """People must be able to unsubscribe."""
    settings.REDIS_URL = NOBODY
    settings.CACHES = {"default": {"BACKEND": "config.redis_cache.RedisCache", "LOCATION": NOBODY}}

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "degraded", "database": True, "redis": False},
    )


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_takes_no_post(client: Client, db: None, path: str) -> None:
    assert client.post(path).status_code == 405


def test_a_database_whose_migrations_wait_is_not_ready_even_if_it_was_once(
    client: Client, db: None
) -> None:
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'campaigns'")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (
        503,
        "unavailable",
        False,
    )


def test_a_database_without_tables_is_not_ready(client: Client, db: None) -> None:
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
    with transaction.atomic():  # PostgreSQL answers nothing more in a transaction that has failed
        answer = client.get("/readyz")
        transaction.set_rollback(True)

    assert answer.status_code == 503


def test_once_all_is_there_one_look_at_the_table_of_migrations_is_enough(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    settings.REDIS_URL = ""
    client.get("/readyz")
    with django_assert_num_queries(1):
        assert client.get("/readyz").status_code == 200
