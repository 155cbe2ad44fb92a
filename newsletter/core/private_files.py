"""Files that only their owner can read: nobody else on the machine gets addresses or our keys."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

UMASK = 0o077
OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FILE = stat.S_IRUSR | stat.S_IWUSR
_FOLDER = stat.S_IRWXU


def keep_private(database: dict[str, object]) -> None:
    """Make whatever this process and its children write private to their user.

    A SQLite file of an earlier release is made private, too.

    Args:
        database: an entry of Django's DATABASES.
    """
    os.umask(UMASK)
    for path in sqlite_files(database):
        make_private(path)


def sqlite_files(database: dict[str, object]) -> list[Path]:
    """Return the file of a SQLite database, and what SQLite may put beside it.

    All have the same permissions (https://sqlite.org/tempfiles.html).
    """
    if not str(database["ENGINE"]).endswith("sqlite3"):
        return []
    return [Path(f"{database['NAME']}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


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


def make_private_folder(path: Path, *, parents: bool = False) -> None:
    """Make a folder for its owner alone. One that is there stays as it is."""
    path.mkdir(mode=_FOLDER, parents=parents, exist_ok=True)


def open_private(path: Path, flags: int) -> int:
    """Open a file by `os.open`, and make it for its owner alone where it isn't there.

    Raises:
        OSError: it can't be opened, or it is a link, which may lead anywhere.
    """
    return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, _FILE)


def give_to_owner_of(folder: Path, file: int) -> None:
    """Give an open file to the owner of the folder.

    Root may have made it by a command, and the service must be able to write to it.
    """
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)


def give_folder_to_owner_of(parent: Path, folder: Path) -> None:
    """Give a folder that was just made to the owner of another. A link is left as it is."""
    if folder.is_symlink():
        return
    made = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        give_to_owner_of(parent, made)
    finally:
        os.close(made)


@contextmanager
def whole_private_file(
    path: Path, *, encoding: str = "utf-8", replaces: bool = True, for_service: bool = False
) -> Iterator[TextIO]:
    """Open a file for its owner alone, which takes its name only when all is written.

    Ends of lines are written as they are.

    Args:
        path: its name then. Where the writing fails, whatever has that name stays.
        encoding: of the text.
        replaces: whether it takes the place of a file of that name.
        for_service: whether the owner of its folder gets it, where root writes it.

    Raises:
        FileExistsError: there is such a file, and it isn't to be replaced.
        OSError: it can't be written.
    """
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            yield file
            if for_service:
                give_to_owner_of(path.parent, file.fileno())
        if replaces:
            Path(draft).replace(path)
        else:
            os.link(draft, path)  # fails where there is one, unlike a rename
    finally:
        Path(draft).unlink(missing_ok=True)
