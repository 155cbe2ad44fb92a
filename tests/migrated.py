"""The tables of a new installation, migrated once in a run of the tests, for all its workers."""

import fcntl
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.services import clean_environment


@pytest.fixture(scope="session")
def migrated_tables(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the file of a database with empty tables, to be copied.

    To migrate takes eight seconds of CPU, and two where there is nothing to do.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "migrated").exists():
            migrate_tables(shared / "migrating")
            (shared / "migrating").rename(shared / "migrated")
    return shared / "migrated" / "convene.sqlite3"


def migrate_tables(folder: Path, code: Path = BASE_DIR, **variables: str) -> None:
    """Migrate the database of an installation.

    Args:
        code: the checkout whose tables they are.
        folder: its VAR_DIR, in which the file is, unless `variables` name a DATABASE_URL.
    """
    environment = clean_environment() | {"VAR_DIR": str(folder)} | variables
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=code, env=environment, check=True)
    if "DATABASE_URL" not in variables:
        with closing(sqlite3.connect(folder / "convene.sqlite3")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
