"""Taking the files that belong to a backup beside the database: images, documents, journals."""

import os
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from campaigns.backups.backup_problem import BackupProblem, reason_of
from campaigns.backups.copy_files import write_file
from campaigns.backups.manifest import DOCUMENTS, MEDIA, OPT_OUTS
from newsletter.media.storage import StorageDown, file_names, read_whole
from subscribers.opt_outs import journal


def documents_folder() -> Path:
    """Return the folder of events' documents, which needn't be there."""
    return Path(settings.VAR_DIR) / "documents"


def this_host() -> str:
    """Return the name under which this host's journals are kept."""
    return os.uname().nodename


def take_media(folder: Path) -> None:
    """Copy all files of the media storage.

    One that is deleted meanwhile is left out: the database that was copied before may still name
    it, as any backup may name what is gone by the time that it is restored.

    Raises:
        BackupProblem: the storage doesn't answer.
    """
    try:
        for name in file_names():
            content = read_whole(name)
            if content is not None:
                write_file(folder / MEDIA / name, content)
    except StorageDown as error:
        raise BackupProblem(f"Images can't be read (MEDIA_STORAGE_URL): {error}.") from error


def take_documents(folder: Path) -> None:
    """Copy the documents of events."""
    found = documents_folder()
    if not found.is_dir():
        return
    for path in sorted(found.iterdir()):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # deleted meanwhile
            continue
        write_file(folder / DOCUMENTS / path.name, content)


def take_journals(folder: Path, *, of_others: Mapping[str, Path]) -> tuple[str, ...]:
    """Copy this host's journals of opt-outs, and those of others that are within reach.

    Args:
        of_others: for each host the folder with its journals, such as a mounted one.

    Returns:
        The hosts.

    Raises:
        BackupProblem: a folder can't be read, or is none.
    """
    folders = {this_host(): journal.folder(), **of_others}
    for host, journals in folders.items():
        if host in of_others and not journals.is_dir():
            raise BackupProblem(f"--opt-outs {host}: there is no folder {journals}.")
        try:
            for path in sorted(journals.glob("*.log")):
                # A line that is being written belongs to an opt-out that hasn't committed yet.
                whole, end, _ = path.read_bytes().rpartition(b"\n")
                write_file(folder / OPT_OUTS / host / path.name, whole + end)
        except OSError as error:
            raise BackupProblem(
                f"The opt-outs of {host} can't be read ({error.filename}): {reason_of(error)}."
            ) from error
    return tuple(folders)
