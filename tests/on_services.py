"""Leave out what PostgreSQL and Redis can't change: `-p tests.on_services`, where both run.

Half of all tests use no database and name no Redis. They have passed embedded, and a second time
they would say the same.
"""

from functools import cache
from pathlib import Path

import pytest

DATABASE = frozenset({"db", "transactional_db", "live_server"})
"""The fixtures by which pytest-django opens the database to a test."""
WALKS = (
    "architecture/test_roles.py",
    "architecture/test_forged_fields.py",
    "architecture/test_need_to_know.py",
    "architecture/test_pages.py",
    "architecture/test_pseudo_language.py",
    "architecture/test_reading_changes_nothing.py",
    "architecture/test_page_weight.py",
    "architecture/test_public_middleware.py",
    "journeys/test_forwarded_mail.py",
)
"""Walks of all pages, or of all links in emails, which ask Django's permissions, read what
templates write, or compare rows, and no database's own SQL. They take minutes. With their folders,
because other modules have such names, too.
"""
OWN_SERVERS = ("test_hung_redis.py", "test_redis_queue.py")
"""Tests that start a Redis of their own, which hangs, and name it and a database themselves to the
processes that they start. So the services' don't reach them. They wait for a minute.
"""
_REDIS = ("redis", "counting_stores")
"""Words by which a test's module shows that it counts, waits or remembers in Redis."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that no service changes."""
    kept = [item for item in items if may_be_changed(item)]
    config.hook.pytest_deselected(items=[item for item in items if not may_be_changed(item)])
    items[:] = kept


def may_be_changed(item: pytest.Item) -> bool:
    """Return whether a test uses the database, or its module names Redis.

    Those of WALKS and OWN_SERVERS don't count.
    """
    if "/".join(item.path.parts[-2:]) in WALKS or item.path.name in OWN_SERVERS:
        return False
    names = set(getattr(item, "fixturenames", ()))
    return (
        any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
        or bool(DATABASE & names)
        or _names_redis(item.path)
    )


@cache
def _names_redis(path: Path) -> bool:
    source = path.read_text(encoding="utf-8").lower()
    return any(word in source for word in _REDIS)
