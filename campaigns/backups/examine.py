"""Examining a backup, and the installation that it is to be restored into. Nothing is changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from campaigns.backups.backup_problem import BackupProblem, reason_of
from campaigns.backups.copy_files import disk_of, room_for
from campaigns.backups.database_state import is_empty, media_folder
from campaigns.backups.keys import own_fingerprints
from campaigns.backups.manifest import (
    DATABASE_FILES,
    OPT_OUTS,
    BackedUpFile,
    Manifest,
    check_files,
    read_manifest,
)
from campaigns.backups.postgresql_copy import find_pg_restore, other_connections
from campaigns.backups.put_back_files import missing_documents, missing_media
from campaigns.backups.sqlite_copy import database_path, is_open_elsewhere
from campaigns.backups.unfinished import unfinished_restore
from newsletter.core.code_version import code_version
from newsletter.core.plural import number_of
from newsletter.core.running_lock import FILE_NAME as LOCK_NAME
from newsletter.core.running_lock import IsRunning, running_lock_for_oneself

STOP_FIRST = "Stop all processes on all hosts first"
COST_OF_OTHER_KEYS = (
    "Under other keys, links in all emails that were sent lead nowhere; people who unsubscribed or "
    "were suppressed are not found by their address, and can be written to again; staff must set "
    "up their authenticator apps anew; the audit log and the evidence of consent can't be verified."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A backup that can be restored here.

    Args:
        replaces: whether the database here holds something, which is moved aside.
        goes_on: whether an earlier restore of it was cut short here.
        has_database: whether that one has restored the database.
        has_other_keys: whether it is of an installation with other link keys.
        notes: what the operator should know.
    """

    folder: Path
    manifest: Manifest
    replaces: bool
    goes_on: bool
    has_database: bool
    has_other_keys: bool
    notes: list[str] = field(default_factory=list)


def examine(folder: Path, *, other_keys: bool = False) -> Examined:
    """Look whether a backup can be restored here.

    Args:
        other_keys: whether one of an installation with other keys is accepted.

    Raises:
        BackupProblem: it can't.
    """
    manifest, is_sealed = read_manifest(folder)
    has_other_keys = _has_other_keys(manifest, accepted=other_keys)
    if not is_sealed and not has_other_keys:
        raise BackupProblem("The backup is damaged: its manifest was changed after it was written.")
    check_files(folder, manifest)
    _require_known_version(manifest)
    _require_same_database(manifest)
    require_stopped()
    require_room(manifest)
    unfinished = unfinished_restore()
    goes_on = unfinished is not None and unfinished.is_of(manifest)
    has_database = bool(goes_on and unfinished and unfinished.has_database)
    return Examined(
        folder=folder,
        manifest=manifest,
        replaces=not has_database and not is_empty(),
        goes_on=goes_on,
        has_database=has_database,
        has_other_keys=has_other_keys,
        notes=list(_notes(manifest)),
    )


def require_stopped() -> None:
    """Refuse while the installation runs.

    Raises:
        BackupProblem: with what still runs.
    """
    try:
        with running_lock_for_oneself(Path(settings.VAR_DIR)):
            require_no_other_connections()
    except IsRunning:
        raise BackupProblem(
            f"Convene runs on this host ({Path(settings.VAR_DIR) / LOCK_NAME} is held). "
            f"{STOP_FIRST}: systemctl stop 'convene@*'"
        ) from None
    except OSError as error:
        raise BackupProblem(
            f"{Path(settings.VAR_DIR) / LOCK_NAME} can't be written: {reason_of(error)}."
        ) from error


def require_no_other_connections() -> None:
    """Refuse while another process uses the database.

    Raises:
        BackupProblem: with who does.
    """
    if connection.vendor == "sqlite":
        if is_open_elsewhere():
            raise BackupProblem(f"Another process has the database open. {STOP_FIRST}.")
        return
    try:
        others = other_connections()
    except DatabaseError as error:
        raise BackupProblem(
            f"The database does not answer: {str(error).strip().partition('\n')[0]}"
        ) from error
    if others:
        names = ", ".join(dict.fromkeys(others))
        number = number_of(len(others), "other connection")
        raise BackupProblem(f"The database has {number} ({names}). {STOP_FIRST}.")


def _has_other_keys(manifest: Manifest, *, accepted: bool) -> bool:
    own, its = own_fingerprints().link_keys, manifest.keys.link_keys
    if its[-1:] == own[-1:] and set(its) <= set(own):
        return False
    if its[-1:] == own[-1:]:
        problem = (
            "The backup was made with a link key that this installation lacks. Add all former keys "
            "to LINK_KEYS, the last one last."
        )
    else:
        problem = (
            f"The backup is of an installation with other keys ({manifest.site_url}, backed up on "
            f"{manifest.host}). Set LINK_KEYS and SECRET_KEY as they were there."
        )
    if not accepted:
        raise BackupProblem(f"{problem} {COST_OF_OTHER_KEYS} To accept that, add --other-keys.")
    return True


def _require_known_version(manifest: Manifest) -> None:
    known = set(_known_migrations())
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise BackupProblem(
            f"The backup was made by a newer version of Convene: {manifest.version}, with "
            f"{number_of(len(unknown), 'migration')} that this one, {code_version()}, does not "
            f"have ({unknown[-1]}). Install that version first."
        )


def _known_migrations() -> Iterable[str]:
    """Return the migrations of this code, and those that they stand for."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, name), migration in loader.disk_migrations.items():
        yield f"{app}.{name}"
        yield from (f"{each_app}.{each}" for each_app, each in migration.replaces)


def _require_same_database(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        names = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
        raise BackupProblem(
            f"The backup is of {names[manifest.database]}, and DATABASE_URL is "
            f"{names.get(connection.vendor, connection.vendor)}. They can't be changed for one "
            f"another."
        )
    if manifest.database == "postgresql":
        try:
            find_pg_restore(made_by=manifest.program)
        except DatabaseError as error:
            raise BackupProblem(
                f"The database does not answer: {str(error).strip().partition('\n')[0]}"
            ) from error


def require_room(manifest: Manifest) -> None:
    """Refuse where a disk has no room for all that comes onto it.

    Raises:
        BackupProblem: with the folders on that disk.
    """
    by_disk: dict[int, dict[Path, int]] = {}
    for path, size in _what_comes(manifest):
        folders = by_disk.setdefault(disk_of(path), {})
        folders[path] = folders.get(path, 0) + size
    for folders in by_disk.values():
        needed, free = sum(folders.values()), min(room_for(path) for path in folders)
        if free < needed:
            named = " and ".join(str(path) for path, size in folders.items() if size)
            raise BackupProblem(
                f"The restore needs {needed:,} bytes in {named}, and {free:,} are free."
            )


def _what_comes(manifest: Manifest) -> Iterator[tuple[Path, int]]:
    """Yield the folders that get files, and bytes. What is there already takes no room."""
    var_dir = Path(settings.VAR_DIR)
    yield var_dir, _size(missing_documents(manifest))
    yield var_dir, _size(manifest.within(OPT_OUTS))
    if images := media_folder():
        yield images, _size(missing_media(manifest))
    if manifest.database == "sqlite":
        name = DATABASE_FILES["sqlite"]
        yield database_path().parent, _size(file for file in manifest.files if file.path == name)


def _size(files: Iterable[BackedUpFile]) -> int:
    return sum(file.size for file in files)


def _notes(manifest: Manifest) -> Iterable[str]:
    if manifest.keys.secret_key != own_fingerprints().secret_key:
        yield (
            "SECRET_KEY is another one than at the backup. That ends sign-ins and forms that are "
            "open, and nothing else."
        )
    if manifest.opt_outs_missing:
        yield (
            f"The backup has no journals of opt-outs of {', '.join(manifest.opt_outs_missing)}. "
            f"Apply those by: manage.py replay_optouts FILE…"
        )
