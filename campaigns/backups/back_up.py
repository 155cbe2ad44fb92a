"""The action `back_up`: one new folder with all that a restore needs, but for the keys."""

import fcntl
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from campaigns.audit_actions import BackupAction
from campaigns.backups.backup_problem import BackupProblem, reason_of
from campaigns.backups.copy_files import room_for, sync_folder
from campaigns.backups.database_state import is_empty, media_folder
from campaigns.backups.keys import own_fingerprints
from campaigns.backups.manifest import DATABASE_FILES, Manifest, list_files, write_manifest
from campaigns.backups.postgresql_copy import copy_postgresql
from campaigns.backups.sqlite_copy import copy_sqlite, database_path
from campaigns.backups.take_files import (
    documents_folder,
    take_documents,
    take_journals,
    take_media,
    this_host,
)
from campaigns.backups.whole_backups import remove_leavings, remove_oldest
from newsletter.audit.record import record
from newsletter.core.code_version import code_version
from newsletter.core.db.clock import database_now
from newsletter.core.private_files import make_private_folder, open_private
from newsletter.models import RunningProcess
from subscribers.opt_outs import journal

logger = logging.getLogger(__name__)

_UNFINISHED = re.compile(r"\.\d{4}-\d{2}-\d{2}T\d{6}Z(-\d+)?\.unfinished")
_LOCK = ".backup.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """The result of `back_up`.

    Args:
        seconds: that it took.
        removed: names of older backups.
    """

    path: Path
    manifest: Manifest
    seconds: float
    removed: list[str]


def back_up(
    folder: Path,
    *,
    keep: int | None = None,
    other_journals: Mapping[str, Path] | None = None,
    now: datetime | None = None,
) -> BackedUp:
    """Make a backup in a folder, which takes its name only when all of it is on the disk.

    Files are taken after the database: one that is too many does no harm, one that is missing does.

    Args:
        folder: must be there; a backup disk that isn't mounted is better told than filled in.
        keep: how many whole backups stay in the folder; None: all.
        other_journals: for each other host a folder with its journals of opt-outs.

    Raises:
        BackupProblem: nothing was made.
    """
    began, now = time.monotonic(), now or database_now()
    _require_usable(folder)
    if this_host() in (other_journals or {}):
        raise BackupProblem(
            f"The journals of {this_host()} are this host's own, which are taken anyway. Give the "
            f"others names of their own."
        )
    try:
        with _lock(folder):
            remove_leavings(folder, _UNFINISHED)
            _require_room(folder)
            path = _free_name(folder, f"{now:%Y-%m-%dT%H%M%SZ}")
            draft = folder / f".{path.name}.unfinished"
            make_private_folder(draft)
            try:
                manifest = _fill(draft, path.name, other_journals or {})
                _sync_folders(draft)
                draft.rename(path)
                sync_folder(folder)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
            removed = _without_oldest(folder, keep=keep, new=path) if keep else []
    except OSError as error:
        raise BackupProblem(f"{error.filename or folder}: {reason_of(error)}.") from error
    done = BackedUp(path=path, manifest=manifest, seconds=time.monotonic() - began, removed=removed)
    _note(done)
    return done


def _without_oldest(folder: Path, *, keep: int, new: Path) -> list[str]:
    """Remove the oldest backups. Where that fails, the new one is there all the same."""
    try:
        return remove_oldest(folder, keep=keep, new=new)
    except OSError as error:
        logger.warning("Old backups in %s can't be removed: %s", folder, reason_of(error))
        return []


def _require_usable(folder: Path) -> None:
    if not folder.is_dir():
        raise BackupProblem(
            f"There is no folder {folder}. Make one that only Convene's user can read: "
            f"install -d -m 700 {folder}"
        )
    where = folder.resolve()
    if any(where.is_relative_to(each.resolve()) for each in _folders()):
        raise BackupProblem(
            f"{folder} is in a folder that is backed up itself. Choose another, best on another "
            f"disk."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BackupProblem(f"{folder} can't be written to: Permission denied.")
    if is_empty():
        raise BackupProblem(
            "The database has no tables. Run the command with the DATABASE_URL and VAR_DIR of the "
            "installation: deploy/manage backup DIR"
        )


def _folders() -> list[Path]:
    images = media_folder()
    return [documents_folder(), journal.folder(), *([images] if images else [])]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    file = open_private(folder / _LOCK, os.O_RDWR)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupProblem(f"Another backup is being written to {folder}.") from None
        yield
    finally:
        os.close(file)


def _require_room(folder: Path) -> None:
    """Refuse what surely doesn't fit. A dump's size isn't known before it is made."""
    needed = sum(
        path.stat().st_size for kept in _folders() for path in kept.rglob("*") if path.is_file()
    )
    if connection.vendor == "sqlite":
        needed += database_path().stat().st_size
    free = room_for(folder)
    if free < needed:
        raise BackupProblem(
            f"The backup needs {needed:,} bytes in {folder}, and {free:,} are free."
        )


def _free_name(folder: Path, name: str) -> Path:
    path, number = folder / name, 1
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{name}-{number}"
    return path


def _fill(draft: Path, name: str, other_journals: Mapping[str, Path]) -> Manifest:
    target = draft / DATABASE_FILES[connection.vendor]
    program = 0
    if connection.vendor == "postgresql":
        program = copy_postgresql(target)
    else:
        copy_sqlite(target)
    # A migration in between is one more than the copy has: `migrate` of the same version knows it.
    applied = MigrationRecorder(connection).applied_migrations()
    database_at = database_now()
    take_media(draft)
    take_documents(draft)
    hosts = take_journals(draft, of_others=other_journals)
    manifest = Manifest(
        name=name,
        host=this_host(),
        site_url=settings.SITE_URL,
        version=code_version(),
        database=connection.vendor,
        program=program,
        database_at=database_at,
        migrations=tuple(sorted(f"{app}.{name}" for app, name in applied)),
        keys=own_fingerprints(),
        opt_outs_of=hosts,
        opt_outs_missing=_other_hosts(than=hosts),
        files=list_files(draft),
    )
    write_manifest(draft, manifest)
    return manifest


def _other_hosts(*, than: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts that have run a process within a day, and whose journals are missing."""
    try:
        with transaction.atomic():
            seen = set(RunningProcess.objects.values_list("host", flat=True))
    except DatabaseError:
        return ()  # of an earlier release's tables
    return tuple(sorted(seen - set(than)))


def _sync_folders(draft: Path) -> None:
    for each in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        sync_folder(each)


def _note(done: BackedUp) -> None:
    """Write down that there is a backup: `doctor` tells its age."""
    try:
        with transaction.atomic():
            record(
                BackupAction.MADE,
                label=done.path.name,
                bytes=done.manifest.size,
                removed=done.removed,
            )
    except DatabaseError:
        return  # of an earlier release's tables: the backup is whole all the same
