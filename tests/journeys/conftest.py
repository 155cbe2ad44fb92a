"""A running installation for each test that asks for one."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config.private_files import others_may_read
from scripts.services import scratch_database
from tests.browser.chromium import chromium, complaints, page, window
from tests.journeys.running import RunningInstallation

__all__ = ["chromium", "complaints", "page", "window"]


@pytest.fixture
def services(worker_id: str) -> Iterator[dict[str, str]]:
    """The variables by which an installation gets what DATABASE_URL and REDIS_URL offer to tests; without those, it is embedded."""
    if "DATABASE_URL" not in os.environ:
        yield {}
        return
    own = {name: os.environ[name] for name in ("REDIS_URL", "SECRET_KEY", "LINK_KEYS")}
    with scratch_database(f"{os.environ['DATABASE_URL']}_{worker_id}") as url:
        yield own | {"DATABASE_URL": url}
    with redis.Redis.from_url(own["REDIS_URL"]) as client:
        client.flushdb()


@pytest.fixture
def installation(tmp_path: Path, services: dict[str, str]) -> Iterator[RunningInstallation]:
    """Convene with its demo data, started as `make run` starts it, with short patience.

    Its log is shown when the test fails.
    """
    running = RunningInstallation(
        tmp_path / "var", settings="tests.journeys.hasty_settings", **services
    )
    before = os.umask(0o022)  # most users'
    running.start()
    os.umask(before)
    yield running
    assert [path for path in running.folder.rglob("*") if others_may_read(path)] == [], (
        "nobody else may read what it writes"
    )
    running.stop()
    sys.stdout.write(running.log)
