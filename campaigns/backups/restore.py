"""The action `restore`: put a backup in the place of what is here, and migrate it.

Each step may be done twice. A restore that was killed goes on where it was: a note says whether the
database is the backup's already, and nothing that is there is ever deleted, but moved aside.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from campaigns.audit_actions import BackupAction
from campaigns.backups.backup_problem import BackupProblem, reason_of
from campaigns.backups.database_state import is_empty
from campaigns.backups.examine import STOP_FIRST, Examined, require_no_other_connections
from campaigns.backups.manifest import DATABASE_FILES, Manifest
from campaigns.backups.postgresql_copy import (
    move_postgresql_aside,
    put_postgresql_back,
    restore_postgresql,
)
from campaigns.backups.put_back_files import (
    put_back_documents,
    put_back_journals,
    put_back_media,
)
from campaigns.backups.sqlite_copy import move_sqlite_aside, put_sqlite_back, restore_sqlite
from campaigns.backups.unfinished import forget_restore, note_restore
from newsletter.audit.record import record
from newsletter.core.running_lock import IsRunning, running_lock_for_oneself
from newsletter.epoch.hold import Hold, held, newest_step
from newsletter.models import Epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The result of `restore`.

    Args:
        aside: where the database is that was here; empty where there was none.
        opt_outs: lines that this host's journals didn't have.
        hold: why nothing is sent; None: nothing is missing, as far as this host knows.
    """

    aside: str
    images: int
    documents: int
    opt_outs: int
    hold: Hold | None


def restore(examined: Examined, *, replace: bool, now: datetime | None = None) -> Restored:
    """Restore a backup that was examined.

    Args:
        replace: whether a database that isn't empty is moved aside.

    Raises:
        BackupProblem: with what is to do. Where it says that something was changed, the same
            command goes on.
    """
    now = now or timezone.now()
    try:
        with running_lock_for_oneself(Path(settings.VAR_DIR)):
            return _restore(examined, replace=replace or examined.goes_on, now=now)
    except IsRunning:
        raise BackupProblem(f"Convene runs on this host. {STOP_FIRST}.") from None
    except (OSError, CommandError, DatabaseError) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error).partition("\n")[0]
        raise BackupProblem(
            f"The restore has stopped: {why}. Mend that, and run the same command again."
        ) from error


def _restore(examined: Examined, *, replace: bool, now: datetime) -> Restored:
    folder, manifest = examined.folder, examined.manifest
    aside = "" if examined.has_database else _restore_database(folder, manifest, replace, now)
    # At once: whatever stops the rest, nothing may be sent from this database before somebody says.
    call_command("migrate", interactive=False, verbosity=0)
    _let_hosts_ask(at=manifest.database_at)
    images = put_back_media(folder, manifest)
    documents = put_back_documents(folder, manifest)
    opt_outs = put_back_journals(folder, manifest)
    record(
        BackupAction.RESTORED,
        label=manifest.name,
        until=manifest.database_at.isoformat(),
        aside=aside,
    )
    forget_restore()
    return Restored(
        aside=aside,
        images=images,
        documents=documents,
        opt_outs=opt_outs,
        hold=held(is_logged=False),
    )


def _restore_database(folder: Path, manifest: Manifest, replace: bool, now: datetime) -> str:
    require_no_other_connections()
    empty = is_empty()
    if not empty and not replace:
        raise BackupProblem("The database is not empty. Nothing was changed.")
    note_restore(manifest, has_database=False)
    source = folder / DATABASE_FILES[manifest.database]
    at = "" if empty else f"{now:%Y%m%dT%H%M%S}_{secrets.token_hex(2)}".lower()
    try:
        aside = _replace_database(source, manifest, aside_at=at)
    except (BackupProblem, OSError) as error:
        forget_restore()
        why = reason_of(error) if isinstance(error, OSError) else str(error)
        raise BackupProblem(f"{why.rstrip('.')}. The database is as it was.") from error
    note_restore(manifest, has_database=True)
    return aside


def _replace_database(source: Path, manifest: Manifest, *, aside_at: str) -> str:
    """Move aside what is there, and restore; where that fails, put it back.

    Returns:
        Where it is now, in words.
    """
    if connection.vendor == "postgresql":
        schema = move_postgresql_aside(aside_at) if aside_at else ""
        with _undone_by(lambda: put_postgresql_back(schema) if schema else None):
            restore_postgresql(source, made_by=manifest.program)
            if is_empty():
                raise BackupProblem("The backup holds no tables of this database's schema.")
        return f"the schema {schema} of the same database" if schema else ""
    path = move_sqlite_aside(aside_at) if aside_at else None
    with _undone_by(lambda: put_sqlite_back(path) if path else None):
        restore_sqlite(source)
    return str(path or "")


@contextmanager
def _undone_by(undo: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C, too
        undo()
        raise


def _let_hosts_ask(*, at: datetime) -> None:
    """Leave a step in a database that has sent nothing yet: it may have done so since the backup.

    A host that has never met it then asks a person, as it does of any that has been in use.
    """
    if newest_step() is None:
        Epoch.objects.create(nonce=secrets.token_hex(8), at=at)
