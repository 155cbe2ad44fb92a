"""The note of a restore that is under way, from which it goes on after it was killed."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from campaigns.backups.manifest import Manifest
from newsletter.core.private_files import whole_private_file
from newsletter.core.running_lock import UNFINISHED_RESTORE


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A restore that has begun here and not ended.

    Args:
        backup: the backup's name.
        made_by: the fingerprint of its last link key, because two installations may have backups
            of one name.
        has_database: whether the database is the backup's by now. What else is to do may be done
            twice.
    """

    backup: str
    made_by: str
    has_database: bool = False

    def is_of(self, manifest: Manifest) -> bool:
        """Return whether it is the restore of this backup."""
        return (self.backup, self.made_by) == (manifest.name, manifest.keys.link_keys[-1])


def unfinished_restore() -> Unfinished | None:
    """Return the restore that was begun here and hasn't ended."""
    try:
        values = json.loads(_path().read_text("utf-8"))
        return Unfinished(values["backup"], values["made_by"], values["has_database"] is True)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def note_restore(manifest: Manifest, *, has_database: bool) -> None:
    """Note that a restore has come so far, and wait until that is on the disk."""
    note = {
        "backup": manifest.name,
        "made_by": manifest.keys.link_keys[-1],
        "has_database": has_database,
    }
    with whole_private_file(_path(), for_service=True) as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())


def forget_restore() -> None:
    """Delete the note: it is done."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.VAR_DIR) / UNFINISHED_RESTORE
