"""Putting a backup's files back. What is there already stays; what is done twice does no harm."""

import os
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.copy_files import make_folders, replace_file
from campaigns.backups.manifest import DOCUMENTS, MEDIA, OPT_OUTS, BackedUpFile, Manifest
from campaigns.backups.take_files import documents_folder
from newsletter.core.private_files import give_to_owner_of
from newsletter.media.storage import StorageDown, delete_file, media_storage, size_of, write_file
from subscribers.opt_outs import journal


def missing_media(manifest: Manifest) -> list[BackedUpFile]:
    """Return the images that the storage lacks, or has of another size.

    Raises:
        StorageDown: the storage doesn't answer.
    """
    return [file for file in manifest.within(MEDIA) if size_of(_name(file)) != file.size]


def missing_documents(manifest: Manifest) -> list[BackedUpFile]:
    """Return the documents that aren't here, or are of another size."""
    return [file for file in manifest.within(DOCUMENTS) if _size_here(file) != file.size]


def _size_here(document: BackedUpFile) -> int | None:
    path = _place_of(document)
    return path.stat().st_size if path.is_file() else None


def _place_of(document: BackedUpFile) -> Path:
    return documents_folder() / _name(document)


def _name(file: BackedUpFile) -> str:
    return file.path.partition("/")[2]


def put_back_media(folder: Path, manifest: Manifest) -> int:
    """Write the images that the storage lacks, or has of another size; return how many.

    Raises:
        BackupProblem: the storage doesn't answer.
    """
    written = 0
    try:
        for file in missing_media(manifest):
            name = _name(file)
            if size_of(name) is not None:  # cut, by a restore that was killed
                delete_file(name)
            _write_image(name, (folder / file.path).read_bytes())
            written += 1
    except StorageDown as error:
        raise BackupProblem(
            f"Images can't be written (MEDIA_STORAGE_URL): {error}. Mend that, and run the same "
            f"command again."
        ) from error
    return written


def _write_image(name: str, content: bytes) -> None:
    """Write an image. Root may restore, and the web process must be able to read what it wrote."""
    storage = media_storage()
    if not isinstance(storage, FileSystemStorage):
        write_file(name, content)
        return
    path = Path(storage.path(name))
    make_folders(path.parent)
    write_file(name, content)
    written = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        give_to_owner_of(path.parent, written)
    finally:
        os.close(written)


def put_back_documents(folder: Path, manifest: Manifest) -> int:
    """Write the documents that are missing, and return how many."""
    written = 0
    for file in missing_documents(manifest):
        with (folder / file.path).open("rb") as content:
            replace_file(_place_of(file), content)
        written += 1
    return written


def put_back_journals(folder: Path, manifest: Manifest) -> int:
    """Add to this host's journals the lines of all hosts that they lack, and return how many.

    `after_restore` replays them. A line says when it was written, so where it stands doesn't count.
    """
    added = 0
    by_name: dict[str, list[bytes]] = {}
    for file in manifest.within(OPT_OUTS):
        by_name.setdefault(Path(file.path).name, []).append((folder / file.path).read_bytes())
    for name, contents in sorted(by_name.items()):
        target = journal.folder() / name
        own = target.read_bytes() if target.exists() else b""
        known = set(own.splitlines())
        missing = dict.fromkeys(
            line
            for content in contents
            for line in content.splitlines()
            if line.strip() and line not in known
        )
        if missing:
            replace_file(target, own + b"\n" + b"\n".join(missing) + b"\n")
            added += len(missing)
    return added
