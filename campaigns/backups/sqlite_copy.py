"""A SQLite database: copied by its backup API, and restored by a rename."""

import contextlib
import os
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connection

from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.copy_files import copy_file, sync_folder
from newsletter.core.private_files import open_private

_WAIT = 30
"""Seconds for another process's transaction."""


def database_path() -> Path:
    """Return the file of the database."""
    return Path(connection.settings_dict["NAME"])


def copy_sqlite(target: Path) -> None:
    """Copy the database as it is at this moment, while others go on reading and writing.

    Raises:
        BackupProblem: the database is damaged.
    """
    os.close(open_private(target, os.O_WRONLY | os.O_EXCL))
    try:
        with (
            contextlib.closing(sqlite3.connect(database_path(), timeout=_WAIT)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            # One file, without a log of its own beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BackupProblem(f"The SQLite database can't be copied: {error}.") from error
    if found != "ok":
        raise BackupProblem(f"The SQLite database is damaged: {found}.")
    file = os.open(target, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def is_open_elsewhere() -> bool:
    """Return whether another process has the database open. Its log is folded into it."""
    connection.close()
    if not database_path().exists():
        return False
    with contextlib.closing(sqlite3.connect(database_path(), timeout=0.5)) as own:
        try:
            # Only the last connection may leave WAL mode (https://sqlite.org/wal.html).
            own.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            return True
    return False


def move_sqlite_aside(at: str) -> Path:
    """Rename the file of the database.

    Args:
        at: the present, as part of a name.

    Returns:
        Its present path.
    """
    path = database_path()
    if is_open_elsewhere():  # which also leaves all of it in the one file
        raise BackupProblem("Another process has the database open. Nothing was changed.")
    aside = path.with_name(f"{path.name}.before-{at}")
    path.rename(aside)
    sync_folder(path.parent)
    return aside


def put_sqlite_back(aside: Path) -> None:
    """Give a file that was renamed its name back."""
    aside.replace(database_path())
    sync_folder(aside.parent)


def restore_sqlite(source: Path) -> None:
    """Put a copy in the place of the database, in one step.

    It belongs to the owner of VAR_DIR, as whom the processes run. What SQLite puts beside it gets
    the same owner by itself.
    """
    path = database_path()
    connection.close()
    coming = path.with_name(f"{path.name}.restoring")
    coming.unlink(missing_ok=True)
    copy_file(source, coming, owner_of=Path(settings.VAR_DIR))
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)  # of an empty file
    coming.replace(path)
    sync_folder(path.parent)
