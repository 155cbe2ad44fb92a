"""The version before the last change of the tables: code and empty tables from which to upgrade."""

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from config.env import BASE_DIR


class NoEarlierVersion(Exception):
    """The code before the last migration isn't there, so that no upgrade can be played."""


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """The code of the commit before the one that brought the last migration.

    Args:
        code: its folder, without what is built or compiled.
        sqlite: a file with its empty tables. On PostgreSQL the template has them as DATABASE.
    """

    code: Path
    sqlite: Path


DATABASE = "convene_earlier"


def unpack_earlier_code(into: Path) -> Path:
    """Put the code of that commit into a folder, and return it.

    Raises:
        NoEarlierVersion: this isn't a Git checkout with its history.
    """
    brought = ("log", "-1", "--diff-filter=A", "--format=%H", "--", "*/migrations/0*.py")
    commit = _git(*brought).strip()
    if not commit:
        raise NoEarlierVersion("Git knows of no commit that brought a migration")
    archive, folder = into / "earlier.tar", into / "earlier"
    _git("archive", "--output", str(archive), f"{commit}~1")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    archive.unlink()
    return folder


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=BASE_DIR, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise NoEarlierVersion("an upgrade needs Git, which isn't installed") from None
    if done.returncode:
        raise NoEarlierVersion(
            f"an upgrade needs a Git checkout with its history: {done.stderr.strip()}"
        )
    return done.stdout
