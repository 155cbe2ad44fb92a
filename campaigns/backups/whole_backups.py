"""The backups in a folder: those that are whole and this installation's."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.copy_files import sync_folder
from campaigns.backups.keys import own_fingerprints
from campaigns.backups.manifest import FILE_NAME, Manifest, read_manifest

NAME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z(-\d+)?")
"""The time (UTC) at which a backup was begun, and a number where there was one already."""
_LEAVING = ".removed-"


@dataclass(frozen=True, slots=True)
class WholeBackup:
    """A backup that has all of its files, and no others."""

    path: Path
    manifest: Manifest


def whole_backups(folder: Path) -> list[WholeBackup]:
    """Return the whole backups of this installation, oldest first.

    Sizes are looked at, and digests aren't: reading all of them each night would take too long.
    """
    found = []
    for path in folder.iterdir():
        if NAME.fullmatch(path.name) and not path.is_symlink():
            manifest = _own_manifest(path)
            if manifest and _is_whole(path, manifest):
                found.append(WholeBackup(path, manifest))
    return sorted(found, key=lambda each: (each.manifest.database_at, each.path.name))


def remove_oldest(folder: Path, *, keep: int, new: Path) -> list[str]:
    """Remove the oldest whole backups beyond a number, and return their names.

    What is no backup of this installation stays, and so does one that isn't whole: a person should
    look at it.

    Args:
        keep: how many stay, the new one included; 1 at least.
        new: the one that was just made, which stays.
    """
    older = [each.path for each in whole_backups(folder) if each.path != new]
    leaving = older[: max(0, len(older) - (keep - 1))]
    for path in leaving:
        # First out of the way: one that is half removed must not be taken for a whole one.
        aside = path.with_name(f"{_LEAVING}{path.name}")
        path.rename(aside)
        shutil.rmtree(aside)
    if leaving:
        sync_folder(folder)
    return [path.name for path in leaving]


def remove_leavings(folder: Path, unfinished: re.Pattern[str]) -> None:
    """Remove what backups that were killed have left. The caller holds the folder's lock."""
    for path in folder.iterdir():
        name = path.name
        left = unfinished.fullmatch(name) or NAME.fullmatch(name.removeprefix(_LEAVING))
        if left and name.startswith(".") and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)


def _own_manifest(path: Path) -> Manifest | None:
    try:
        manifest, is_sealed = read_manifest(path)
    except BackupProblem:
        return None
    own = own_fingerprints().link_keys[-1]
    return manifest if is_sealed and manifest.keys.link_keys[-1:] == (own,) else None


def _is_whole(path: Path, manifest: Manifest) -> bool:
    expected = {file.path: file.size for file in manifest.files}
    there = {
        each.relative_to(path).as_posix(): each.stat().st_size
        for each in path.rglob("*")
        if each.is_symlink() or not each.is_dir()
    }
    there.pop(FILE_NAME, None)
    return there == expected
