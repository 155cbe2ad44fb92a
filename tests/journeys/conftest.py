"""Running installations for journeys: one for each test, or one for all tests that only read."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from newsletter.core.private_files import others_may_read
from scripts.services import scratch_database
from tests.browser.chromium import chromium, complaints, page, playwright, window
from tests.journeys.running import RunningInstallation
from tests.migrated import migrated_tables

__all__ = ["chromium", "complaints", "migrated_tables", "page", "playwright", "window"]


@pytest.fixture
def installation(
    tmp_path: Path, migrated_tables: Path, worker_id: str
) -> Iterator[RunningInstallation]:
    """An installation of the test's own."""
    with demo(tmp_path / "var", worker_id, tables=migrated_tables) as running:
        yield running


@pytest.fixture(scope="module")
def shared_installation(
    tmp_path_factory: pytest.TempPathFactory, migrated_tables: Path, worker_id: str
) -> Iterator[RunningInstallation]:
    """One installation for all tests of a module, which must leave it as it is."""
    folder = tmp_path_factory.mktemp("shared") / "var"
    with demo(folder, worker_id, tables=migrated_tables) as running:
        yield running


@pytest.fixture
def forgetful_installation(
    tmp_path: Path, migrated_tables: Path, worker_id: str
) -> Iterator[RunningInstallation]:
    """One that asks people after seconds to sign in again."""
    settings = "tests.journeys.short_sign_ins"
    with demo(tmp_path / "var", worker_id, tables=migrated_tables, settings=settings) as running:
        yield running


@contextlib.contextmanager
def demo(
    folder: Path,
    worker_id: str,
    *,
    tables: Path | None = None,
    settings: str = "tests.journeys.short_times",
    mailer: str = "",
    **variables: str,
) -> Iterator[RunningInstallation]:
    """Run Convene with its demo data, as `make run` starts it, with short patience.

    Its log is printed at the end, which pytest shows when a test fails.

    Args:
        folder: its VAR_DIR.
        tables: a database with empty tables, which is copied there; None: it makes its own.
        settings: a module of settings.
        mailer: the URL of the mailer by which campaigns leave; empty: they go to the inbox.
        variables: further variables of the environment.
    """
    with _services(worker_id) as services:
        running = RunningInstallation(folder, settings=settings, **services, **variables)
        if tables and not services:
            folder.mkdir(mode=0o700)
            shutil.copy(tables, folder / tables.name)
        before = os.umask(0o022)  # most users'
        if mailer:
            # Where mail really leaves, `make run` adds no invented people.
            running.manage("migrate", "--no-input", "--verbosity", "0")
            running.manage("bootstrap", "--demo")
            running.environment["BULK_MAILER_URL"] = mailer
        running.start()
        os.umask(before)
        yield running
        assert [path for path in running.folder.rglob("*") if others_may_read(path)] == [], (
            "nobody else may read what it writes"
        )
        running.stop()
        sys.stdout.write(running.log)


@contextlib.contextmanager
def _services(worker_id: str) -> Iterator[dict[str, str]]:
    """Give the variables of a database and a Redis like those that DATABASE_URL and REDIS_URL name.

    Without DATABASE_URL there are none, and the installation is embedded.
    """
    if "DATABASE_URL" not in os.environ:
        yield {}
        return
    own = {name: os.environ[name] for name in ("REDIS_URL", "SECRET_KEY", "LINK_KEYS")}
    with scratch_database(f"{os.environ['DATABASE_URL']}_{worker_id}") as url:
        yield own | {"DATABASE_URL": url}
    with redis.Redis.from_url(own["REDIS_URL"]) as client:
        client.flushdb()
