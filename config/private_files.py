"""Privacy of our files: nobody else on the machine reads subscribers' addresses or our keys."""

import os
import stat
from pathlib import Path

UMASK = 0o077
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SQLITE_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""A database, and what SQLite puts beside it with the same permissions
(https://sqlite.org/tempfiles.html)."""


def keep_private(database: dict[str, object]) -> None:
    """Make whatever this process and its children write private to their user.

    A SQLite file of an earlier release is made private, too.

    Args:
        database: an entry of Django's DATABASES.
    """
    os.umask(UMASK)
    if str(database["ENGINE"]).endswith("sqlite3"):
        for suffix in SQLITE_SUFFIXES:
            make_private(Path(f"{database['NAME']}{suffix}"))


def make_private(path: Path) -> None:
    """Take a file or folder away from everybody but its owner, where it exists and is ours."""
    try:
        mode = path.stat().st_mode
        if mode & OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except OSError:
        return  # not there, or somebody else's: `doctor` tells what others may read


def others_may_read(path: Path) -> bool:
    """Return whether somebody else on the machine may look into a file or folder."""
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
